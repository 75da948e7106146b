import { bounded, MOST_DEPTH, textOf, unreadable } from '../webhooks/json.ts';

/** What stands under one name: texts, or further names in brackets. */
interface Branch {
  texts: string[];
  inner: Map<string, Branch>;
}

/**
 * `application/x-www-form-urlencoded` as plain values: `a[b]=1` is `{ a: { b: '1' } }`; `a[]=1&a[]=2`, `a[0]=1&a[1]=2`
 * and `a=1&a=2` are each `{ a: ['1', '2'] }`.
 *
 * @throws AppError REQUEST_UNREADABLE
 */
export function readForm(raw: Uint8Array): unknown {
  const root = newBranch();
  for (const pair of textOf(raw).trim().split('&').filter(Boolean)) {
    const [name = '', ...rest] = pair.split('=');
    const branch = keysOf(decode(name)).reduce(branchUnder, root);
    branch.texts.push(decode(rest.join('=')));
  }
  return bounded(root.inner.size === 0 ? {} : valueOf(root));
}

const newBranch = (): Branch => ({ texts: [], inner: new Map() });

function branchUnder({ inner }: Branch, key: string): Branch {
  const found = inner.get(key) ?? newBranch();
  inner.set(key, found);
  return found;
}

function keysOf(name: string): string[] {
  const [, first = '', brackets = ''] = /^([^[]*)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
  const keys = [first, ...brackets.split(/[[\]]+/).slice(1, -1)];
  // `a[]` gives no key between its brackets
  if (brackets.endsWith('[]')) keys.push('');
  if (first === '') throw unreadable('The body has a name that is no name of a form field.');
  if (keys.length > MOST_DEPTH) throw unreadable(`The body is nested deeper than ${MOST_DEPTH}.`);
  return keys;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw unreadable('The body is not form-encoded in UTF-8.'); // without the cause, which says nothing more
  }
}

function valueOf({ texts, inner }: Branch): unknown {
  if (inner.size === 0) return texts.length === 1 ? texts[0] : texts;
  if (texts.length > 0) throw unreadable('The body has a name with a text and with further names.');
  const list = inner.get('');
  if (list !== undefined && inner.size === 1) return list.inner.size === 0 ? list.texts : [valueOf(list)];
  const values = [...inner].map(([key, branch]) => [key, valueOf(branch)] as const);
  const isList = values.every(([key]) => /^\d{1,5}$/.test(key));
  const inOrder = values.toSorted(([a], [b]) => Number(a) - Number(b));
  return isList ? inOrder.map(([, value]) => value) : Object.fromEntries(values);
}
