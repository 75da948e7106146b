import { AppError } from '../errors.ts';

/** Far above what any sender needs, far below what a hostile body could cost later. */
export const MOST_DEPTH = 32;
const MOST_VALUES = 50_000;
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads a JSON body.
 *
 * @throws AppError REQUEST_UNREADABLE, which never quotes the body.
 */
export function readJson(raw: Uint8Array): unknown {
  return bounded(parse(raw));
}

/**
 * The value itself, unless it is deeper or larger than any sender needs.
 *
 * @throws AppError REQUEST_UNREADABLE
 */
export function bounded(value: unknown): unknown {
  let open = [value];
  let values = 0;
  for (let depth = 0; open.length > 0; depth++) {
    values += open.length;
    if (depth > MOST_DEPTH) throw unreadable(`The body is nested deeper than ${MOST_DEPTH}.`);
    if (values > MOST_VALUES) throw unreadable(`The body has more than ${MOST_VALUES} values.`);
    open = open.flatMap(inside);
  }
  return value;
}

function parse(raw: Uint8Array): unknown {
  const text = textOf(raw);
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('The body is not JSON in UTF-8.'); // without the cause: the parser quotes the body
  }
}

export function textOf(raw: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    throw unreadable('The body is not in UTF-8.'); // without the cause, which says nothing more
  }
}

function inside(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value) && Object.keys(value).some((key) => FORBIDDEN.has(key))) {
    throw unreadable('The body has a key that no sender needs (__proto__, constructor or prototype).');
  }
  return Object.values(value);
}

export function unreadable(message: string): AppError {
  return new AppError('REQUEST_UNREADABLE', message);
}
