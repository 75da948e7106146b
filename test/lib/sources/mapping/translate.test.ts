import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { LaneMessageSchema } from '../../../../lib/lifecycle/event.ts';
import { AppError } from '../../../../lib/errors.ts';
import { NOON } from '../../../support/deliveries.ts';
import { found, mapped, type MappingText } from '../../../support/mapped.ts';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);

describe('what an expression finds', () => {
  test.each<[what: string, finding: unknown, body: unknown, value: unknown]>([
    ['a text, trimmed', 'a', { a: '  Risk ' }, 'Risk'],
    ['a number as text', 'a', { a: 4100 }, '4100'],
    ['null on a plain path says none', 'a.b', { a: { b: null } }, null],
    ['null in a list says none', 'a[1]."b c"', { a: [0, { 'b c': null }] }, null],
    ['a text of blanks says none', 'a', { a: '   ' }, null],
    ['what is missing stays unknown', 'a.b', { a: {} }, undefined],
    ['a missing parent stays unknown', 'a.b', { a: null }, undefined],
    ['a null that an operator met stays unknown', 'a || b', { a: null }, undefined],
    ['two names with an operator between them are no path', 'a && b', { a: { b: null } }, undefined],
    ['the second of two', 'a || b', { a: null, b: 'Risk' }, 'Risk'],
    ['the first of a filtered list', "items[?f=='x'].t | [0]", { items: [{ f: 'x', t: 'Risk' }] }, 'Risk'],
    ['nothing in a filtered list', "items[?f=='x'].t | [0]", { items: [] }, undefined],
    ['a name of the prototype only where it was sent', 'a.toString', { a: {} }, undefined],
    [
      'such a name where it was sent',
      "items[?f=='x'].toString | [0]",
      { items: [{ f: 'x', toString: 'Risk' }] },
      'Risk',
    ],
    ['such a name as the whole expression', 'toString', {}, undefined],
    ['lower case', { from: 'a', lowerCase: true }, { a: 'RISK' }, 'risk'],
    ['a value by its table, whatever its case', { from: 'a', table: { 'r-1': 'Risk' } }, { a: ' R-1 ' }, 'Risk'],
    ['a number by its table', { from: 'a', table: { 10: 'Risk' } }, { a: 10 }, 'Risk'],
    ['a value that the table does not know, as it is', { from: 'a', table: { 10: 'Risk' } }, { a: '11' }, '11'],
    ['any other value by the star', { from: 'a', table: { 10: 'Risk', '*': null } }, { a: '11' }, null],
    ['a value that the table makes none', { from: 'a', table: { 'n/a': null } }, { a: 'N/A' }, null],
    ['the star says nothing of what is missing', { from: 'a', table: { '*': 'x' } }, {}, undefined],
    ['the default of what is missing', { from: 'a', default: 'Risk' }, {}, 'Risk'],
    ['the default of what is empty', { from: 'a', default: 'Risk' }, { a: '' }, 'Risk'],
    ['the default none', { from: 'a', default: null }, {}, null],
  ])('%s', async (_, finding, body, value) => {
    expect((await found('department', finding, body))?.attributes.department).toBe(value);
  });
});

describe('a date is read in exactly the format that the setting names', () => {
  test.each<[format: string | undefined, zone: string | undefined, sent: unknown, day: string]>([
    [undefined, undefined, '2026-12-01', '2026-12-01'],
    [undefined, undefined, '2026-12-01-08:00', '2026-12-01'],
    [undefined, undefined, '2026-12-01T00:00:00.000Z', '2026-12-01'],
    [undefined, undefined, '2026-12-01T00:00:00-08:00', '2026-12-01'],
    ['DD/MM/YYYY', undefined, '01/12/2026', '2026-12-01'],
    ['MM/DD/YYYY', undefined, '12/01/2026', '2026-12-01'],
    ['D.M.YYYY', undefined, '1.12.2026', '2026-12-01'],
    ['YYYYMMDD', undefined, 20261201, '2026-12-01'],
    ['DD-MMM-YYYY', undefined, '01-DEC-2026', '2026-12-01'],
    ['YYYY-MM-DD HH:mm:ss', undefined, '2026-12-01 23:30:00', '2026-12-01'],
    ['YYYY-MM-DD HH:mm:ss', 'UTC', '2026-11-30 23:30:00', '2026-11-30'],
    ['iso', undefined, '2026-11-30T23:00:00Z', '2026-12-01'],
    ['iso', 'America/New_York', '2026-12-02T04:30:00Z', '2026-12-01'],
    ['unix-seconds', undefined, at('2026-11-30T23:00:00Z') / 1000, '2026-12-01'],
    ['unix-milliseconds', undefined, String(at('2026-11-30T23:00:00Z')), '2026-12-01'],
  ])('%s, zone %s: %s', async (date, zone, sent, day) => {
    const startDate = { from: 'a', ...(date && { date }), ...(zone && { zone }) };
    const fields = { employeeId: "'7'", startDate };
    const [event] = await mapped({ says: 'joiner', timeZone: 'Europe/Berlin', fields }, { a: sent });
    expect(event?.from).toBe(at(`${day}T00:00:00+01:00`));
  });

  test.each<[format: string, sent: unknown]>([
    ['YYYY-MM-DD', '01/12/2026'],
    ['YYYY-MM-DD', '2026-12-01T09:00:00Z'],
    ['YYYY-MM-DD', '2026-02-30'],
    ['DD/MM/YYYY', '12/31/2026'],
    ['DD/MM/YYYY', '2026-12-31'],
    ['DD.MM.YYYY', '31x12x2026'],
    ['DD-MMM-YYYY', '01-Dez-2026'],
    ['iso', 'tomorrow'],
    ['unix-seconds', '2026-12-01'],
    ['unix-milliseconds', -1],
    ['unix-seconds', 9_999_999_999_999],
    ['unix-milliseconds', true],
  ])('%s refuses %s, since any other order would be a guess', async (date, sent) => {
    const fields = { employeeId: "'7'", startDate: { from: 'a.b', date } };
    await expect(mapped({ says: 'joiner', fields }, { a: { b: sent } })).rejects.toThrow(
      `hr: fields.startDate (a.b): not a date written as ${date}.`,
    );
  });

  test.each(['', '0000-00-00', '9999-12-31'])('"%s" says that there is none', async (sent) => {
    const fields = { employeeId: "'7'", startDate: 'a' };
    const [event] = await mapped({ says: 'joiner', fields }, { a: sent });
    expect(event?.from).toBe(NOON);
  });
});

test.each([
  ['31/12/9999', 'DD/MM/YYYY'],
  ['9999-12-31 00:00:00', 'YYYY-MM-DD HH:mm:ss'],
])('%s, written as %s, is no end either: read as a day it would end at once', async (sent, date) => {
  const fields = { employeeId: "'7'", terminationDate: { from: 'a', date } };
  await expect(mapped({ fields }, { a: sent })).resolves.toMatchObject([{ kind: 'mover', employment: 'stays' }]);
});

describe('what a delivery says', () => {
  const fields: MappingText['fields'] = {
    employeeId: 'id',
    email: 'mail',
    startDate: 'start',
    terminationDate: 'end',
    effectiveDate: 'effective',
    involuntary: 'now',
    onLeave: 'leave',
    role: { from: 'role', table: { Viewer: 'customer_user', Admin: 'customer_admin' } },
    group: 'group',
    until: 'until',
    said: 'at',
  };
  const says = {
    from: 'type',
    table: { hire: 'joiner', move: 'mover', quit: 'leaver', ask: 'grant', drop: 'revoke', ping: 'nothing' },
  } as const;
  const tell = (body: object) => mapped({ timeZone: 'Europe/Berlin', says, fields }, { id: 7, ...body });

  test.each<[what: string, body: object, events: object[]]>([
    [
      'a hire, from its first day',
      { type: 'Hire', start: '2026-12-01' },
      [{ kind: 'joiner', employment: 'active', from: at('2026-11-30T23:00:00Z') }],
    ],
    [
      'a hire with its end',
      { type: 'hire', end: '2026-12-31' },
      [
        { kind: 'joiner', employment: 'active' },
        { kind: 'leaver', employment: 'ended', from: at('2026-12-31T23:00:00Z') },
      ],
    ],
    ['a change', { type: 'move' }, [{ kind: 'mover', from: NOON }]],
    ['an end called off', { type: 'move', end: null }, [{ kind: 'mover', employment: 'stays' }]],
    [
      'a leave of absence',
      { type: 'move', leave: 'TRUE', effective: '2026-12-01' },
      [{ employment: 'suspended', from: at('2026-11-30T23:00:00Z') }],
    ],
    ['back from it', { type: 'move', leave: false }, [{ employment: 'resumed' }]],
    [
      'an end, after its last day',
      { type: 'quit', end: '2026-12-31' },
      [{ kind: 'leaver', employment: 'ended', from: at('2026-12-31T23:00:00Z') }],
    ],
    [
      'an end at once',
      { type: 'quit', end: '2026-12-31', now: true },
      [{ kind: 'leaver', employment: 'ended-now', from: NOON }],
    ],
    [
      'a request',
      { type: 'ask', role: 'viewer', group: 'Vendors' },
      [{ kind: 'mover', access: { role: 'customer_user', group: 'Vendors', features: {} } }],
    ],
    [
      'a request that ends with a day',
      { type: 'ask', role: 'Viewer', mail: 'k@example.com', until: '2026-12-31' },
      [
        { attributes: { email: 'k@example.com' } },
        { access: { role: 'customer_user', features: {} }, until: at('2026-12-31T23:00:00Z') },
      ],
    ],
    ['a request taken back', { type: 'drop' }, [{ kind: 'mover', access: null }]],
    ['nothing', { type: 'ping', id: null }, []],
  ])('%s', async (_, body, events) => {
    const told = await tell(body);
    expect(told).toHaveLength(events.length);
    expect(told).toMatchObject(events);
  });

  test('the default is offered too, and a role that is always the same needs no table', async () => {
    const role = { from: 'role', table: { Admin: 'customer_admin' }, default: 'customer_user' };
    const given = [{ role }, { role: "'customer_user'" }].map((more) =>
      mapped({ says: 'grant', fields: { employeeId: "'7'", ...more } }, {}),
    );
    const roles = (await Promise.all(given)).flat().map(({ access }) => access?.role);
    expect(roles).toEqual(['customer_user', 'customer_user']);
  });

  test('a request says nothing of the employment, whatever else its ticket holds', async () => {
    const [event, ...more] = await tell({ type: 'ask', role: 'Viewer', end: '2026-12-31', leave: true });
    expect(event).not.toHaveProperty('employment');
    expect(more).toEqual([]);
  });

  test('when it was said is the own time of the sender, but never after receipt', async () => {
    const [early] = await tell({ type: 'move', at: '2026-11-22T12:00:00+01:00' });
    const [late] = await tell({ type: 'move', at: '2027-01-01T00:00:00Z' });
    expect([early?.said, late?.said]).toEqual([NOON - HOUR, NOON]);
  });

  test.each<[what: string, body: object, message: string]>([
    [
      'a word that is not in the table',
      { type: 'other' },
      "hr: says (type): what it finds is not in the table; '*': 'nothing' stands for all that mean nothing.",
    ],
    ['no word', {}, 'hr: says (type): finds nothing.'],
    ['nobody', { type: 'move', id: null }, 'hr: fields: neither employeeId nor email finds a value, nobody is meant.'],
    [
      'a list',
      { type: 'move', mail: ['a'] },
      'hr: fields.email (mail): finds a list; write | [0] behind it for the first.',
    ],
    ['an object', { type: 'move', mail: {} }, 'hr: fields.email (mail): finds an object and not one value.'],
    ['a text that is too long', { type: 'move', mail: 'a'.repeat(1001) }, 'hr: fields.email (mail): longer than 1000.'],
    [
      'a number that is too long',
      { type: 'move', id: 'a'.repeat(201) },
      'hr: fields.employeeId (id): longer than 200.',
    ],
    ['a flag that is none', { type: 'move', leave: 'maybe' }, 'hr: fields.onLeave (leave): neither true nor false.'],
    [
      'a role that is not offered',
      { type: 'ask', role: 'customer_owner' },
      'hr: fields.role (role): what it finds is not in the table.',
    ],
    [
      'a request without a role',
      { type: 'ask' },
      'hr: fields.role: finds no role such as customer_user; a table makes names into roles.',
    ],
  ])('%s is refused, and the message holds setting and expression alone', async (_, body, message) => {
    await expect(tell(body)).rejects.toMatchObject({ code: 'REQUEST_UNREADABLE', message });
  });

  test('an expression that fails on a body says why by the types alone', async () => {
    const secret = { match: "contains(name, 'x')", fields };
    await expect(mapped(secret, { name: 4711 })).rejects.toThrow(
      /^hr: match \(contains\(name, 'x'\)\): Invalid argument type for function contains\(\), .* found "number"\.$/,
    );
  });
});

describe('which deliveries mean anything', () => {
  test.each<[match: string, body: unknown, count: number]>([
    ["event == 'x'", { event: 'x' }, 1],
    ["event == 'x'", { event: 'y' }, 0],
    ['items', { items: [] }, 0],
    ['items', { items: [0] }, 1],
    ['name', { name: '' }, 0],
    ['name', {}, 0],
    ['count', { count: 0 }, 1],
  ])('%s of %j', async (match, body, count) => {
    expect(await mapped({ match, fields: { employeeId: "'7'" } }, body)).toHaveLength(count);
  });
});

describe('several people in one delivery', () => {
  const settings: MappingText = {
    each: 'data.people',
    fields: { employeeId: 'each.id', department: 'body.department', jobTitle: 'each.title' },
  };

  test('are each read beside the whole body, and numbered', async () => {
    const events = await mapped(settings, { department: 'Risk', data: { people: [{ id: 1 }, { id: 2, title: 'A' }] } });
    expect(events.map(({ id, employeeId, attributes }) => [id.split(':').at(-1), employeeId, attributes])).toEqual([
      ['0', '1', { department: 'Risk' }],
      ['1', '2', { department: 'Risk', jobTitle: 'A' }],
    ]);
  });

  test('one alone is a list of one, since XML and forms cannot say that it is a list', async () => {
    expect(await mapped(settings, { data: { people: { id: 1 } } })).toMatchObject([{ employeeId: '1' }]);
  });

  test('none are nobody', async () => {
    expect([await mapped(settings, {}), await mapped(settings, { data: { people: [] } })]).toEqual([[], []]);
  });

  test('an error says which of them', async () => {
    await expect(mapped(settings, { data: { people: [{ id: 1 }, { id: [] }] } })).rejects.toThrow(
      'hr: person 2: fields.employeeId (each.id): finds a list',
    );
  });

  test('more than a thousand are refused', async () => {
    const people = Array.from({ length: 1001 }, (_, id) => ({ id }));
    await expect(mapped(settings, { data: { people } })).rejects.toThrow(
      'hr: each (data.people): more than 1000 people.',
    );
  });
});

test('the same delivery always has the same ids', async () => {
  const twice = [1, 2].map(() => mapped({ fields: { employeeId: 'id' } }, { id: 1 }));
  const [first, second] = (await Promise.all(twice)).map((events) => events.map(({ id }) => id));
  expect(first).toEqual(second);
});

/** Bodies that come near what the mapping below looks for, and now and then far from it. */
const anyValue = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc.jsonValue(),
  fc.constant('x'.repeat(1200)),
);
const near = (...values: unknown[]) =>
  fc.oneof({ weight: 60, arbitrary: fc.constantFrom(null, ...values) }, { weight: 1, arbitrary: anyValue });
const days = ['2026-12-01', '9999-12-30', '9999-12-31', '0001-01-01', '1969-12-31', '', '2026-02-30'];
const anyPerson = fc.record(
  {
    id: near('7', 7, -1, '  ', 'x'.repeat(200)),
    email: near('Kim@Example.com', 7),
    kind: near('joiner', 'mover', 'leaver', 'grant', 'revoke'),
    start: near(...days),
    end: near(...days, '2026-12-01T00:00:00+14:00', '9999-12-31T23:59:59-12:00'),
    at: near(0, 1, 1_800_000_000, 253_402_300_799, 253_402_300_800),
    until: near('2027-01-31', '1969-12-31', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59-12:00'),
    said: near(0, '1', 1_795_000_000_000, 253_402_300_799_999),
    flag: near(true, false, 'true'),
    role: near('customer_user', 'Customer User'),
    group: near('Vendors', 5),
    text: near('Risk', true, 4100.5, 'x'.repeat(1000)),
  },
  { requiredKeys: [] },
);
const EVERYTHING: MappingText = {
  timeZone: 'Europe/Berlin',
  each: 'people',
  says: {
    from: 'each.kind',
    table: { joiner: 'joiner', mover: 'mover', leaver: 'leaver', grant: 'grant', revoke: 'revoke' },
    default: 'grant',
  },
  fields: {
    employeeId: 'each.id',
    email: { from: 'each.email', lowerCase: true },
    jobTitle: 'each.text',
    department: { from: 'each.text', default: 'none' },
    startDate: 'each.start',
    terminationDate: { from: 'each.end', date: 'iso' },
    effectiveDate: { from: 'each.at', date: 'unix-seconds' },
    until: { from: 'each.until', date: 'iso' },
    said: { from: 'each.said', date: 'unix-milliseconds' },
    involuntary: 'each.flag',
    onLeave: 'each.flag',
    role: {
      from: 'each.role',
      table: { '*': 'customer_user', 'Customer User': 'not a slug' },
      default: 'customer_user',
    },
    group: 'each.group',
  },
};

test('whatever is sent, it is refused in one way, or every event is one that the lanes take', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyPerson, { maxLength: 3 }), async (people) => {
      try {
        for (const event of await mapped(EVERYTHING, { people })) {
          LaneMessageSchema.parse({ schema: 1, type: 'event', event });
          expect(event.employeeId ?? event.attributes.email).toBeTruthy();
          taken++;
        }
      } catch (cause) {
        if (!(cause instanceof AppError)) throw cause;
        expect(cause.code).toBe('REQUEST_UNREADABLE');
      }
    }),
    { seed: 7, numRuns: 1500 },
  );
  expect(taken).toBeGreaterThan(200);
});
