import type { Mapping } from '../../config/mapping.ts';
import { bounded, readJson, textOf } from '../../webhooks/json.ts';
import { readForm } from '../form.ts';

/**
 * A body as plain values, whatever it travels as.
 *
 * @throws AppError REQUEST_UNREADABLE, which never quotes the body.
 */
export async function readBody(raw: Uint8Array, kind: Mapping['body']): Promise<unknown> {
  if (kind === 'json') return bare(readJson(raw));
  return bare(kind === 'form' ? readForm(raw) : bounded(await readXmlText(textOf(raw))));
}

/** The parser is loaded only where a source sends XML. */
async function readXmlText(text: string): Promise<unknown> {
  const { readXml } = await import('./xml.ts');
  return readXml(text);
}

/** Without prototypes, so that `toString`, which Jira really sends, is found only where it was sent. */
function bare(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) bare(inner);
  return Array.isArray(value) ? value : Object.setPrototypeOf(value, null);
}
