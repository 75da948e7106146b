import * as z from 'zod';
import { ATTRIBUTES } from '../lifecycle/event.ts';
import { isTimeZone } from '../time.ts';

/**
 * How a source of the kind `mapping` is read: expressions in JMESPath (https://jmespath.org) that find in its body what
 * docs/sources/mapping.md describes. They are checked with the samples, where their language is at hand.
 */
const PAGE = 'docs/sources/mapping.md';
const expression = z.string().trim().min(1, 'is empty').max(1000);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], 'not a text, number, true, false or null');

/** What a delivery, or an entry of several in it, may say. */
export const SAYS = ['joiner', 'mover', 'leaver', 'grant', 'change', 'revoke', 'nothing'] as const;
export type Says = (typeof SAYS)[number];

/** What is to be found: texts, calendar days (`until` may be an instant, as `said` is), and true or false. */
export const TEXT_FIELDS = ['employeeId', ...ATTRIBUTES, 'role', 'group', 'ticket'] as const;
export const DAY_FIELDS = ['startDate', 'terminationDate', 'effectiveDate', 'until'] as const;
export const FLAG_FIELDS = ['involuntary', 'onLeave'] as const;
export const MAPPED_FIELDS = [...TEXT_FIELDS, ...DAY_FIELDS, 'said', ...FLAG_FIELDS] as const;
export type MappedField = (typeof MAPPED_FIELDS)[number];

/** Value as it is sent → value that it stands for; `*` is every other one. */
const tableOf = <V extends z.ZodType>(value: V) => z.record(z.string(), value);

const finding = () => ({
  from: expression,
  lowerCase: z.boolean().default(false),
  table: tableOf(scalar).default({}),
  /** Where nothing is found. */
  default: scalar.optional(),
});
const plainly = <S extends z.ZodType>(object: S) =>
  z.preprocess((written) => (typeof written === 'string' ? { from: written } : written), object);
const textFinding = () => plainly(z.strictObject(finding()));
const dateFinding = (format: string) =>
  plainly(
    z.strictObject({
      ...finding(),
      /** How it is written. */
      date: z
        .string()
        .refine(isDateFormat, 'write iso, unix-seconds, unix-milliseconds, or an order such as DD/MM/YYYY')
        .default(format),
      /** The sender's: of what is written without one, and in which its days are counted; absent: that of the source. */
      zone: z.string().refine(isTimeZone, 'not an IANA time zone such as Europe/Berlin').optional(),
    }),
  );
export type Finding = z.infer<ReturnType<typeof textFinding>>;
export type DateFinding = z.infer<ReturnType<typeof dateFinding>>;

const each = <const N extends string, V extends z.ZodType>(names: readonly N[], schema: V) =>
  // -- fromEntries forgets the keys; they are the names
  Object.fromEntries(names.map((name) => [name, schema.optional()])) as Record<N, z.ZodOptional<V>>;

/** One of `words`, or where to find one. */
export const says = (words: readonly Says[] = SAYS) => {
  const word = z.enum(words, `write one of ${words.join(', ')}`);
  return z.union(
    [word, z.strictObject({ from: expression, table: tableOf(word), default: word.optional() })],
    `write one of ${words.join(', ')}, or { from: an expression, table: { value: one of them } }`,
  );
};

/** Nobody gets a role because they typed its name: it is one of a table, or always the same. */
const isOffered = ({ from, table }: Finding): boolean => Object.keys(table).length > 0 || /^'[^']*'$/.test(from);

export const fields = () => {
  const text = textFinding();
  return z.strictObject({
    ...each(TEXT_FIELDS, text),
    role: text.refine(isOffered, 'needs a table of the roles that may be asked for').optional(),
    ...each(DAY_FIELDS, dateFinding('YYYY-MM-DD')),
    said: dateFinding('iso').optional(),
    ...each(FLAG_FIELDS, text),
  });
};

const reading = () =>
  z.strictObject({
    says: z.enum(SAYS).exclude(['nothing']),
    ...each([...TEXT_FIELDS, ...DAY_FIELDS, 'said'], z.string().nullable()),
    ...each(FLAG_FIELDS, z.boolean().nullable()),
  });
/** What is read of one person, in the terms of the settings; absent: not said, null: said to be none. */
export type Reading = z.infer<ReturnType<typeof reading>>;

export const samples = () =>
  z
    .array(
      z.strictObject({
        name: z.string().min(1),
        body: z.union(
          [z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())],
          'write the body as text, or as JSON',
        ),
        means: z.array(reading()),
      }),
    )
    .min(1, 'is empty: give at least one payload as the system sends it, and what it means');

/** Lazy, since the schemas of fifty fields cost every cold function milliseconds, and few configurations have a mapping. */
export const mappingSettings = {
  body: z.enum(['json', 'form', 'xml']).default('json'),
  /** Which deliveries mean anything; absent: all. */
  match: expression.optional(),
  /** A list of people in one delivery; the other expressions then see { each, body }. */
  each: expression.optional(),
  says: z.lazy(() => says()),
  fields: z.lazy(fields).describe(PAGE),
  /** Payloads of invented people and what each must mean. Executed by every test, start and synth. */
  samples: z.lazy(samples).describe(PAGE),
};
const settings = () => z.strictObject(mappingSettings);
export type Mapping = z.infer<ReturnType<typeof settings>>;

/** Texts of a date format that stand for a part of it, and what they match. */
export const DATE_PARTS: Record<string, string> = {
  YYYY: String.raw`(?<year>\d{4})`,
  MMM: '(?<name>[A-Za-z]{3})',
  MM: String.raw`(?<month>\d{2})`,
  M: String.raw`(?<month>\d{1,2})`,
  DD: String.raw`(?<day>\d{2})`,
  D: String.raw`(?<day>\d{1,2})`,
  HH: String.raw`(?<hour>\d{2})`,
  mm: String.raw`(?<minute>\d{2})`,
  ss: String.raw`(?<second>\d{2})`,
};
export const DATE_PART = /YYYY|MMM|MM|M|DD|D|HH|mm|ss/g;

/** Each part of a day once, a time whole or not at all, and nothing else but punctuation and the T between them. */
function isDateFormat(text: string): boolean {
  if (['iso', 'unix-seconds', 'unix-milliseconds'].includes(text)) return true;
  const parts = (text.match(DATE_PART) ?? []).map((part) => part.slice(0, 1)).sort();
  const rest = text.replaceAll(DATE_PART, '').replace('T', '');
  return ['DMY', 'DHMYm', 'DHMYms'].includes(parts.join('')) && !/[\p{L}\p{N}]/u.test(rest);
}
