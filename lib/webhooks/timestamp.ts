import { parseInstant, SECOND, toIso } from '../time.ts';

export type TimestampFormat = 'unix-seconds' | 'unix-milliseconds' | 'iso';

/**
 * Fixed lengths on purpose: where the time is signed right behind the body, no digit may wander from one to the other.
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
  iso: { shape: /^\d{4}-\d{2}-\d{2}T\S+$/, read: (text) => parseInstant(text, 'UTC'), write: toIso },
};

/** Epoch milliseconds, or undefined when it has none of the formats. */
export function readTimestamp(text: string, formats: readonly TimestampFormat[]): number | undefined {
  const format = formats.find((name) => FORMATS[name].shape.test(text));
  return format === undefined ? undefined : FORMATS[format].read(text);
}

export function writeTimestamp(instant: number, format: TimestampFormat): string {
  return FORMATS[format].write(instant);
}
