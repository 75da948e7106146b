import type { DialectInput } from '../../lib/webhooks/dialect.ts';

/** Dialects of systems that are not built in, as a configuration declares them: examples of the docs, tested like the others. */
export const DECLARED: Record<string, DialectInput> = {
  gusto: {
    scheme: 'hmac',
    algorithm: 'sha256',
    key: { encoding: 'utf8' },
    signed: '{body}',
    signature: { header: 'x-gusto-signature', encoding: ['hex', 'base64'] },
    uncertain: 'Gusto does not say how the signature is written; others found hex.',
  },
  deel: {
    scheme: 'hmac',
    algorithm: 'sha256',
    key: { encoding: 'utf8' },
    signed: 'POST{body}',
    signature: { header: 'x-deel-signature', encoding: 'hex' },
  },
  merge: {
    scheme: 'hmac',
    algorithm: 'sha256',
    key: { encoding: 'utf8' },
    signed: '{body}',
    signature: { header: 'x-merge-webhook-signature', encoding: 'base64url' },
    uncertain: 'The header is on Merge’s pages, the encoding is what others found.',
  },
  pagerduty: {
    scheme: 'hmac',
    algorithm: 'sha256',
    key: { encoding: 'utf8' },
    signed: '{body}',
    signature: { header: 'x-pagerduty-signature', encoding: 'hex', prefix: 'v1=', separator: ',' },
  },
  linear: {
    scheme: 'hmac',
    algorithm: 'sha256',
    key: { encoding: 'utf8' },
    signed: '{body}',
    signature: { header: 'linear-signature', encoding: 'hex' },
    uncertain: 'The time that Linear signs stands in the body and is not looked at.',
  },
  finch: {
    scheme: 'hmac',
    algorithm: 'sha256',
    key: { encoding: 'base64' },
    signed: '{id}.{timestamp}.{body}',
    signature: { header: 'finch-signature', encoding: 'base64', prefix: 'v1,', separator: ' ' },
    id: { header: 'finch-event-id' },
    timestamp: { header: 'finch-timestamp', format: 'unix-seconds', toleranceSeconds: 300 },
  },
};
