import type { DateFinding, Finding } from '../../config/mapping.ts';
import { unreadable } from '../../webhooks/json.ts';
import { NO_DATE } from '../values.ts';
import { dayOf, momentText, readMoment } from './dates.ts';
import { find, named } from './expression.ts';

type Scalar = string | number | boolean | null;
/** Undefined: not said; null: said to be none. */
type Read<V> = V | null | undefined;

/** What is found, after the transforms: trimmed, in lower case, by the table, or the default where nothing is found. */
export function valueOf(finding: Finding, data: unknown, at: string): Scalar | undefined {
  const { from, lowerCase, table, default: otherwise } = finding;
  const found = scalarOf(find(from, data, at), from, at);
  if (found === undefined || found === null) return otherwise === undefined ? found : otherwise;
  const key = String(found).toLowerCase();
  const entry = Object.entries(table).find(([name]) => name.trim().toLowerCase() === key);
  if (entry !== undefined) return entry[1];
  if (Object.hasOwn(table, '*')) return table['*'];
  return lowerCase && typeof found === 'string' ? found.toLowerCase() : found;
}

function scalarOf(found: unknown, from: string, at: string): Scalar | undefined {
  if (typeof found === 'string') return found.trim() || null;
  if (typeof found === 'number' || typeof found === 'boolean' || found === null || found === undefined) return found;
  const what = Array.isArray(found) ? 'a list; write | [0] behind it for the first' : 'an object and not one value';
  throw unreadable(`${named(at, from)}: finds ${what}.`);
}

/** As long as an event may hold. */
const longest = (name: string): number => (name === 'employeeId' || name === 'ticket' ? 200 : 1000);
/** What a ticket asks for is only what the table offers, where there is one. */
const ASKED_FOR = new Set(['role', 'group']);

export function readText(finding: Finding | undefined, data: unknown, name: string): Read<string> {
  if (finding === undefined) return undefined;
  const value = valueOf(finding, data, `fields.${name}`);
  if (value === undefined || value === null) return value;
  const text = String(value).trim();
  const wrong = (what: string) => unreadable(`${named(`fields.${name}`, finding.from)}: ${what}.`);
  if (text.length > longest(name)) throw wrong(`longer than ${longest(name)}`);
  const offered = [...Object.values(finding.table), finding.default];
  if (ASKED_FOR.has(name) && offered.length > 1 && !offered.includes(value))
    throw wrong('what it finds is not in the table');
  return text === '' ? null : text;
}

export function readFlag(finding: Finding | undefined, data: unknown, name: string): Read<boolean> {
  if (finding === undefined) return undefined;
  const value = valueOf(finding, data, `fields.${name}`);
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  const text = String(value).toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  throw unreadable(`${named(`fields.${name}`, finding.from)}: neither true nor false.`);
}

/** A day, or for what is an instant ISO 8601. */
export function readDate(
  finding: DateFinding | undefined,
  data: unknown,
  name: string,
  timeZone: string,
): Read<string> {
  if (finding === undefined) return undefined;
  const value = valueOf(finding, data, `fields.${name}`);
  if (value === undefined || value === null) return value;
  if (NO_DATE.has(String(value).trim())) return null;
  const { date, from, zone = timeZone } = finding;
  const moment = readMoment(String(value).trim(), { date, zone });
  if (moment === undefined) throw unreadable(`${named(`fields.${name}`, from)}: not a date written as ${date}.`);
  const text = name === 'said' || name === 'until' ? momentText(moment) : dayOf(moment, zone);
  return NO_DATE.has(text) ? null : text;
}
