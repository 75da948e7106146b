import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { ATTRIBUTES } from '../../lib/lifecycle/event.ts';
import { ConfigFileSchema } from '../../lib/config/index.ts';

const text = await readFile(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const rows = [...text.matchAll(/^\| `([^`]+)` +\| (.+?) +\| .+ \|$/gm)].map(([, path = '', value = '']) => [
  path,
  value,
]);
const settings = leaves(z.toJSONSchema(ConfigFileSchema, { io: 'input', unrepresentable: 'any' }), '', true);

test('every setting of the schema has one line in the documentation, and every line is a setting', () => {
  expect(rows.map(([path]) => path)).toEqual([...settings.keys()]);
});

test.each(rows)('the documented default of %s, %s, is the one of the schema', (path, documented) => {
  expect(settings.get(path ?? '')).toContain(documented);
});

test('every attribute is named', () => {
  expect(ATTRIBUTES.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

/** Path of each setting that has no settings inside → what its default may read. */
function leaves(node: z.core.JSONSchema.BaseSchema, path: string, required: boolean): Map<string, string[]> {
  const child = (value: z.core.JSONSchema._JSONSchema | undefined, name: string, needed: boolean) =>
    typeof value === 'object' ? [...leaves(value, path + name, needed)] : [];
  if (node.description?.startsWith('docs/')) return new Map([[path, defaults(node, required)]]); // there is a page about it
  const dot = path === '' ? '' : '.';
  const inner = [
    ...(node.oneOf ?? []).flatMap((option) => child(option, '', required)),
    ...Object.entries(node.properties ?? {}).flatMap(([name, value]) =>
      child(value, dot + name, node.required?.includes(name) ?? false),
    ),
    ...(Array.isArray(node.items) ? [] : child(node.items, '[]', true)),
    ...(isRecordOfSettings(node) ? child(node.additionalProperties, '.<id>', true) : []),
  ];
  if (inner.some(([name]) => name !== path && !name.endsWith('[]'))) return merged(inner);
  return new Map([[path, defaults(node, required)]]);
}

/** Where kinds of sources differ, each has its own. */
function merged(settings: [path: string, defaults: string[]][]): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const [path, own] of settings) {
    const before = all.get(path) ?? own;
    all.set(path, before.join() === own.join() ? own : [...before, ...own, 'as the system is documented']);
  }
  return all;
}

/** The keys of the other records are attributes or feature slugs: those are values, not settings. */
function isRecordOfSettings(node: z.core.JSONSchema.BaseSchema): boolean {
  return typeof node.additionalProperties === 'object' && node.additionalProperties.oneOf !== undefined;
}

function defaults(node: z.core.JSONSchema.BaseSchema, required: boolean): string[] {
  if (node.default !== undefined) return [`\`${JSON.stringify(node.default)}\``];
  return required ? ['required'] : ['not set', 'as the system is documented'];
}
