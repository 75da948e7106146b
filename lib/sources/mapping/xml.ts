import sax from 'sax';
import { unreadable } from '../../webhooks/json.ts';

interface Element {
  name: string;
  attributes: [string, string][];
  isNil: boolean;
  children: Map<string, unknown[]>;
  text: string;
}

/**
 * XML as plain values: `<Worker id="7"><Email>a@b</Email></Worker>` is `{ Worker: { '@id': '7', Email: 'a@b' } }`. A
 * repeated element is a list, text beside elements or attributes is `#text`, an empty element is an empty text, one with
 * `xsi:nil` null; prefixes of namespaces are left out.
 *
 * @throws AppError REQUEST_UNREADABLE: not well-formed, with a document type or entities of its own.
 */
export function readXml(text: string): unknown {
  const document = newElement('');
  const open = [document];
  const innermost = (): Element => open.at(-1) ?? document;
  const addText = (more: string): void => void (innermost().text += more);
  const handlers: Partial<sax.SAXParser> = {
    onerror: () => {
      throw unreadable('The body is not well-formed XML.'); // without the cause: the parser quotes the body
    },
    ondoctype: () => {
      throw unreadable('The body has a document type, which no sender needs.');
    },
    onprocessinginstruction: refuseOtherEncodings,
    onopentag: ({ name, attributes }) => {
      // -- texts in this mode; objects only where the parser is told to resolve namespaces
      open.push(newElement(name, Object.entries(attributes as Record<string, string>)));
    },
    ontext: addText,
    oncdata: addText,
    onclosetag: () => {
      const element = open.pop() ?? document;
      const { children } = innermost();
      const same = children.get(element.name);
      if (same === undefined) children.set(element.name, [valueOf(element)]);
      else same.push(valueOf(element));
    },
  };
  const options: sax.SAXOptions & { strictEntities: true } = { strictEntities: true };
  Object.assign(sax.parser(true, options), handlers).write(text).close();
  const roots = [...document.children.values()].flat();
  if (roots.length !== 1) throw unreadable('The body is not well-formed XML.');
  return valueOf(document);
}

function refuseOtherEncodings({ name, body }: { name: string; body: string }): void {
  const encoding = /encoding\s*=\s*["']([^"']*)/.exec(body)?.[1] ?? 'utf-8';
  if (name === 'xml' && !/^(utf-8|us-ascii)$/i.test(encoding)) throw unreadable('The body is not in UTF-8.');
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

function newElement(name: string, attributes: [string, string][] = []): Element {
  const own = attributes.filter(([key]) => !/^(xmlns|xsi)(:|$)/.test(key));
  return {
    name: localName(name),
    attributes: own.map(([key, value]) => [`@${localName(key)}`, value]),
    isNil: attributes.some(([key, value]) => key === 'xsi:nil' && value === 'true'),
    children: new Map(),
    text: '',
  };
}

function valueOf({ attributes, isNil, children, text }: Element): unknown {
  if (isNil) return null;
  if (attributes.length === 0 && children.size === 0) return text;
  const inner = [...children].map(([name, values]) => [name, values.length === 1 ? values[0] : values] as const);
  const beside = text.trim() === '' ? [] : [['#text', text] as const];
  return Object.fromEntries([...attributes, ...inner, ...beside]);
}
