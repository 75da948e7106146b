import {
  DAY_FIELDS,
  FLAG_FIELDS,
  type MappedField,
  type Mapping,
  type Reading,
  SAYS,
  type Says,
  TEXT_FIELDS,
} from '../../config/mapping.ts';
import { AppError } from '../../errors.ts';
import { unreadable } from '../../webhooks/json.ts';
import { find, named } from './expression.ts';
import { readDate, readFlag, readText, valueOf } from './values.ts';

export type Settings = Pick<Mapping, 'match' | 'each' | 'says' | 'fields'> & { timeZone: string };

/** More people than any sender tells of at once. */
const MOST_PEOPLE = 1000;

/**
 * What a body says of each person, in the terms of the settings; nobody where it does not match.
 *
 * @throws AppError REQUEST_UNREADABLE naming the setting and its expression, never what was sent.
 */
export function readingsOf(body: unknown, settings: Settings): Reading[] {
  const { match, each } = settings;
  if (match !== undefined && !isTrue(find(match, body, 'match'))) return [];
  if (each === undefined) return readOne(body, settings);
  const found = find(each, body, 'each') ?? [];
  const people: unknown[] = Array.isArray(found) ? found : [found]; // XML and forms cannot say that one is a list
  if (people.length > MOST_PEOPLE) throw unreadable(`${named('each', each)}: more than ${MOST_PEOPLE} people.`);
  return people.flatMap((person, index) => {
    try {
      return readOne({ each: person, body }, settings);
    } catch (cause) {
      throw placed(`person ${index + 1}`, cause);
    }
  });
}

/** What is wrong with a body, and in which part of it. */
export function placed(place: string, cause: unknown): unknown {
  return cause instanceof AppError ? unreadable(`${place}: ${cause.message}`) : cause;
}

/** As JMESPath has it: everything but false, null and what is empty. */
function isTrue(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** Empty where nothing is said. */
function readOne(data: unknown, { says: setting, fields, timeZone }: Settings): Reading[] {
  const says = typeof setting === 'string' ? setting : readSays(data, setting);
  if (says === 'nothing') return [];
  const text = (name: (typeof TEXT_FIELDS)[number]) => readText(fields[name], data, name);
  const day = (name: (typeof DAY_FIELDS)[number] | 'said') => readDate(fields[name], data, name, timeZone);
  const flag = (name: (typeof FLAG_FIELDS)[number]) => readFlag(fields[name], data, name);
  return [{ says, ...all(TEXT_FIELDS, text), ...all([...DAY_FIELDS, 'said'], day), ...all(FLAG_FIELDS, flag) }];
}

/** What was not said is not there. */
function all<N extends MappedField, V>(names: readonly N[], read: (name: N) => V | undefined): Partial<Record<N, V>> {
  const found = names.map((name) => [name, read(name)] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(found) as Partial<Record<N, V>>; // -- fromEntries forgets the keys
}

function readSays(data: unknown, says: Exclude<Mapping['says'], string>): Says {
  const found = valueOf({ lowerCase: false, ...says }, data, 'says');
  const word = SAYS.find((one) => one === found);
  if (word !== undefined) return word;
  const why =
    found === undefined || found === null
      ? 'finds nothing'
      : "what it finds is not in the table; '*': 'nothing' stands for all that mean nothing";
  throw unreadable(`${named('says', says.from)}: ${why}.`);
}
