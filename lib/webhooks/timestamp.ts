import { parseInstant, SECOND, toIso } from '../time.ts';

export const TIMESTAMP_FORMATS = ['unix-seconds', 'unix-milliseconds', 'iso'] as const;
export type TimestampFormat = (typeof TIMESTAMP_FORMATS)[number];

/**
 * Fixed ends on purpose: where the time is signed right beside the body, no character may wander from one to the other.
 */
const FORMATS: Record<
  TimestampFormat,
  { shape: RegExp; read: (text: string) => number | undefined; write: (instant: number) => string }
> = {
  'unix-seconds': {
    shape: /^[1-9]\d{9}$/,
    read: (text) => Number(text) * SECOND,
    write: (instant) => String(Math.floor(instant / SECOND)),
  },
  'unix-milliseconds': { shape: /^[1-9]\d{12}$/, read: Number, write: String },
  iso: {
    shape: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/,
    read: (text) => parseInstant(text, 'UTC'),
    write: toIso,
  },
};

/** Epoch milliseconds, or undefined when it has none of the formats. */
export function readTimestamp(text: string, formats: readonly TimestampFormat[]): number | undefined {
  const format = formats.find((name) => FORMATS[name].shape.test(text));
  return format === undefined ? undefined : FORMATS[format].read(text);
}

export function writeTimestamp(instant: number, format: TimestampFormat): string {
  return FORMATS[format].write(instant);
}
