import type { WebhookSource } from '../../lib/config/index.ts';
import { hidden } from '../../lib/sources/capture.ts';
import {
  type Check,
  type Dialect,
  DIALECT_NAMES,
  dialectOf,
  DIALECTS,
  type Refusal,
  sign,
  type SignedRequest,
  type Verdict,
  verify,
} from '../../lib/webhooks/index.ts';
import type { Delivered } from './delivered.ts';
import { keyPlaceOf } from './systems.ts';

const HINTS: Record<Refusal, string> = {
  'header-missing': 'a header that the dialect needs is not there',
  'header-doubled': 'a header that the dialect needs came twice',
  'header-malformed': 'a header does not have the form that the dialect has',
  'too-old': 'the signed time lies too far back: a late repetition, or the clock of the sender; see toleranceSeconds',
  'too-new': 'the signed time lies ahead: the clock of the sender; see toleranceSeconds',
  'claims-wrong': 'the token is signed rightly, but says something else than the configuration asks for',
  'signature-wrong': 'it was signed with another secret, over another body, or in another dialect',
  'secret-unusable': 'the secret cannot be a key of this dialect: it has 16 bytes at least, in the encoding of its key',
};

export interface Checked {
  verdict: Verdict;
  text: string;
}

/** Whether the holder of one of the secrets sent it. The age of what lies in files says nothing. */
export function checkSignature(source: WebhookSource, delivered: Delivered, secrets: string[]): Checked {
  const { request, door } = delivered;
  const toleranceSeconds = door === undefined ? null : source.toleranceSeconds;
  const check = { secrets, now: door?.at ?? 0, toleranceSeconds };
  const shown = door === undefined ? request : withSecretShown(source, request, secrets);
  const verdict = verify(dialectOf(source), shown, check);
  if (verdict.ok) return { verdict, text: door === undefined ? 'right; its age was not looked at' : 'right' };
  return {
    verdict,
    text: `WRONG, ${verdict.reason}: ${hintFor(source, shown, verdict.reason, { ...check, toleranceSeconds: null })}`,
  };
}

/** What would make it right, where something does. */
function hintFor(source: WebhookSource, request: SignedRequest, reason: Refusal, check: Check): string {
  const isRight = (dialect: Dialect, more: Partial<SignedRequest> = {}) =>
    verify(dialect, { ...request, ...more }, check).ok;
  const trimmed = { body: Buffer.from(Buffer.from(request.body).toString().trimEnd()) };
  if (isRight(dialectOf(source), trimmed)) return 'it is right without the line end of the file, which an editor added';
  const other = DIALECT_NAMES.find((name) => isRight(DIALECTS[name]));
  if (other !== undefined && !reason.startsWith('too')) return `it is right in the dialect ${other}: auth: '${other}'`;
  if (reason.startsWith('header')) return `${HINTS[reason]} (${headersOf(source).join(', ')})`;
  return reason === 'signature-wrong' ? `${HINTS[reason]}; the secret is ${keyPlaceOf(source).where}` : HINTS[reason];
}

function headersOf(source: WebhookSource): string[] {
  const dialect = dialectOf(source);
  if (dialect.scheme !== 'hmac') return [dialect.header];
  const beside = [dialect.id?.header, dialect.timestamp?.header].filter((name) => name !== undefined);
  return [dialect.signature.header, ...beside];
}

/** Captured without the secret that it carried: it is put back where its hash is the same. */
function withSecretShown(source: WebhookSource, request: Delivered['request'], secrets: string[]) {
  const dialect = dialectOf(source);
  if (dialect.scheme !== 'static') return request;
  const right = secrets.flatMap((secret) => Object.values(sign(dialect, secret, { body: request.body })));
  const headers = Object.entries(request.headers).map(([name, value]) => {
    return [name, right.find((one) => hidden(source, name, one) === value) ?? value] as const;
  });
  return { ...request, headers: Object.fromEntries(headers) };
}
