/** Header names in any case. A header sent twice arrives as one, joined, or as two names that differ in case. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** For telemetry only; a sender is never told which. */
export type Refusal =
  | 'header-missing'
  | 'header-doubled'
  | 'header-malformed'
  | 'too-old'
  | 'too-new'
  | 'claims-wrong'
  | 'signature-wrong'
  | 'secret-unusable';

/** What ends a verification early; never leaves lib/webhooks. */
export class Refused extends Error {
  readonly reason: Refusal;
  constructor(reason: Refusal) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * The value of a header that may come once.
 *
 * @throws Refused
 */
export function only(headers: Headers, name: string): string {
  const values = Object.entries(headers).filter(([key, value]) => key.toLowerCase() === name && value !== undefined);
  const value = values[0]?.[1]?.trim() ?? '';
  if (values.length > 1) throw new Refused('header-doubled');
  if (value === '') throw new Refused('header-missing');
  if (!/^[\x20-\x7e]{1,8000}$/.test(value)) throw new Refused('header-malformed');
  return value;
}
