import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { AppError } from '../../../../lib/errors.ts';
import { readBody } from '../../../../lib/sources/mapping/body.ts';

type Kind = 'json' | 'form' | 'xml';
/** Without prototypes inside, which toEqual does not mind. */
const read = async (kind: Kind, body: string | Uint8Array): Promise<unknown> => {
  const value = await readBody(Buffer.from(body), kind);
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
};

test.each<[what: string, body: string, value: unknown]>([
  ['names and texts', 'a=1&b=x+y%26z', { a: '1', b: 'x y&z' }],
  ['brackets', 'user[name][first]=Kim&user[id]=7', { user: { name: { first: 'Kim' }, id: '7' } }],
  ['encoded brackets', 'user%5Bid%5D=7', { user: { id: '7' } }],
  ['a list by empty brackets', 'a[]=1&a[]=2', { a: ['1', '2'] }],
  ['a list of one', 'a[]=1', { a: ['1'] }],
  ['a list by numbers, in their order', 'a[1][x]=2&a[0][x]=1', { a: [{ x: '1' }, { x: '2' }] }],
  ['a list by repetition', 'a=1&a=2', { a: ['1', '2'] }],
  ['an empty text', 'a=&b', { a: '', b: '' }],
  ['an equals sign in the text', 'a=b=c', { a: 'b=c' }],
  ['umlauts', 'n=J%C3%B6rg', { n: 'Jörg' }],
  ['a line at the end', 'a=1\n', { a: '1' }],
  ['nothing', '', {}],
])('a form: %s', async (_, body, value) => {
  expect(await read('form', body)).toEqual(value);
});

test.each<[what: string, body: string, value: unknown]>([
  ['elements', '<a><b>1</b><c>x &amp; y</c></a>', { a: { b: '1', c: 'x & y' } }],
  ['a repeated element is a list', '<a><b>1</b><b>2</b></a>', { a: { b: ['1', '2'] } }],
  ['attributes', '<a id="7"><b k="v">x</b></a>', { a: { '@id': '7', b: { '@k': 'v', '#text': 'x' } } }],
  ['without prefixes of namespaces', '<w:a xmlns:w="urn:x" w:id="7"><w:b>1</w:b></w:a>', { a: { '@id': '7', b: '1' } }],
  ['an empty element', '<a><b/><c></c></a>', { a: { b: '', c: '' } }],
  ['nil is null', '<a><b xsi:nil="true"/></a>', { a: { b: null } }],
  ['not nil', '<a><b xsi:nil="false">1</b></a>', { a: { b: '1' } }],
  ['CDATA', '<a><![CDATA[<b>&]]></a>', { a: '<b>&' }],
  ['numbers of characters', '<a>J&#246;rg &#x26;</a>', { a: 'Jörg &' }],
  ['a declaration and comments', '\uFEFF<?xml version="1.0" encoding="UTF-8"?><!-- x --><a>1</a>', { a: '1' }],
])('XML: %s', async (_, body, value) => {
  expect(await read('xml', body)).toEqual(value);
});

const deep = (n: number, open: string, close: string) => open.repeat(n) + close.repeat(n);
const BOMB = '<!DOCTYPE a [<!ENTITY b "xx"><!ENTITY c "&b;&b;">]><a>&c;</a>';

describe('hostile bodies are refused in one way, and never quoted', () => {
  test.each<[what: string, kind: Kind, body: string | Uint8Array]>([
    ['JSON with a key of the prototype', 'json', '{"__proto__":{"admin":1}}'],
    ['a form with a key of the prototype', 'form', '__proto__[admin]=1'],
    ['a form with a constructor inside', 'form', 'a[constructor][prototype][x]=1'],
    ['XML with a key of the prototype', 'xml', '<a><__proto__>1</__proto__></a>'],
    ['XML with an attribute of the prototype', 'xml', '<a><constructor x="1"/></a>'],
    ['a document type', 'xml', '<!DOCTYPE a><a/>'],
    ['a document type in small letters', 'xml', '<!doctype a><a/>'],
    ['entities that grow', 'xml', BOMB],
    ['an external entity', 'xml', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['an entity that nobody declared', 'xml', '<a>&nbsp;</a>'],
    ['an element that is not closed', 'xml', '<a><b></a>'],
    ['two roots', 'xml', '<a/><b/>'],
    ['no element', 'xml', '<?xml version="1.0"?>'],
    ['text alone', 'xml', 'secret'],
    ['another encoding', 'xml', '<?xml version="1.0" encoding="ISO-8859-1"?><a/>'],
    ['UTF-16', 'xml', Buffer.from('<a/>', 'utf16le')],
    ['no UTF-8', 'form', Buffer.from([97, 61, 0xff])],
    ['no UTF-8 behind per cents', 'form', 'a=%FF'],
    ['half a per cent', 'form', 'a=%4'],
    ['a name that is none', 'form', '[a]=1'],
    ['brackets that do not close', 'form', 'a[b=1'],
    ['a text and further names', 'form', 'a=1&a[b]=2'],
    ['deep JSON', 'json', deep(100, '[', ']')],
    ['a deep form', 'form', `a${'[b]'.repeat(80_000)}=1`],
    ['deep XML', 'xml', deep(60_000, '<a>', '</a>')],
    ['too many values in XML', 'xml', `<a>${'<b/>'.repeat(50_001)}</a>`],
    ['too many values in a form', 'form', 'a=&'.repeat(50_001)],
  ])('%s', async (_, kind, body) => {
    const refused = await read(kind, body).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(refused).toMatchObject({ code: 'REQUEST_UNREADABLE' });
    expect(String(refused)).not.toMatch(/secret|passwd|admin/);
    expect(Object.getPrototypeOf({})).not.toHaveProperty('admin');
  });

  test('whatever the bytes, the answer is a value or that one error', async () => {
    const pieces = fc.constantFrom(
      '<a>',
      '</a>',
      '<b x="1">',
      '&amp;',
      '&#0;',
      '<!--',
      ']]>',
      '<![CDATA[',
      '<?xml',
      '=',
      '&',
      '[',
      ']',
      '%4',
      'a',
      '"',
      '\u0000',
      '😀',
    );
    const text = fc.oneof(
      fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
      fc.string({ unit: 'binary' }),
    );
    const body = fc.oneof(
      text.map((one) => Buffer.from(one)),
      fc.uint8Array().map((one) => Buffer.from(one)),
    );
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom<Kind>('json', 'form', 'xml'), async (raw, kind) => {
        const refused = await readBody(raw, kind).then(
          () => undefined,
          (cause: unknown) => cause,
        );
        if (refused !== undefined && !(refused instanceof AppError)) throw refused;
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});
