import type { TimestampFormat } from './timestamp.ts';

/** How one kind of sender signs, as data: the verifier is the same for all. */
export interface Dialect {
  algorithm: 'sha256' | 'sha512';
  /** How the bytes of the key are made from the text of the secret. */
  key: { encoding: 'utf8' } | { encoding: 'base64'; prefix: string };
  /** What is signed: text with `{id}`, `{timestamp}` and `{body}`, the headers as they came and the raw bytes. */
  signed: string;
  /** `prefix` stands before each signature, `separator` between several. */
  signature: { header: string; encoding: 'hex' | 'base64'; prefix?: string; separator?: string };
  id?: { header: string };
  /** The formats accepted; the first is the one in which `sign` writes. */
  timestamp?: { header: string; formats: readonly [TimestampFormat, ...TimestampFormat[]] };
  /** How far a signed time may be off, both ways, seconds, unless the source says otherwise. */
  toleranceSeconds: number;
}

/** Standard Webhooks 1.0.0, symmetric signatures (v1); five minutes as in its reference library. */
export const standardWebhooks: Dialect = {
  algorithm: 'sha256',
  key: { encoding: 'base64', prefix: 'whsec_' },
  signed: '{id}.{timestamp}.{body}',
  signature: { header: 'webhook-signature', encoding: 'base64', prefix: 'v1,', separator: ' ' },
  id: { header: 'webhook-id' },
  timestamp: { header: 'webhook-timestamp', formats: ['unix-seconds'] },
  toleranceSeconds: 300,
};

/**
 * BambooHR, as its one public capture proves. It retries for two and a half hours and does not say whether a retry
 * carries a new time, so a day is allowed.
 */
export const bamboohr: Dialect = {
  algorithm: 'sha256',
  key: { encoding: 'utf8' },
  signed: '{body}{timestamp}',
  signature: { header: 'x-bamboohr-signature', encoding: 'hex' },
  timestamp: { header: 'x-bamboohr-timestamp', formats: ['unix-seconds', 'unix-milliseconds', 'iso'] },
  toleranceSeconds: 86_400,
};
