import type { ErrorCode } from '../errors.ts';

/** What a body is, whatever its header says. */
export type BodyKind = 'empty' | 'json' | 'html' | 'other';
export type Body = { kind: 'json'; value: unknown } | { kind: Exclude<BodyKind, 'json'> };

/** A body that was cut off is `other`: it does not parse. */
export function readBody(contentType: string | null, text: string): Body {
  const trimmed = text.trim();
  if (trimmed === '') return { kind: 'empty' };
  try {
    return { kind: 'json', value: JSON.parse(trimmed) };
  } catch {
    // not JSON is an answer too; the parser's message would quote the body
    return { kind: trimmed.startsWith('<') || contentType?.includes('html') === true ? 'html' : 'other' };
  }
}

/**
 * What an answer means; undefined: carried out. The first rule that holds decides.
 *
 * An HTML page is not from the API but from something in front of it, and so says nothing of the request; 404 in HTML
 * is no proof that a user is gone. 520 to 527 are Cloudflare's pages for a Bitsight that did not answer. 202 is said of
 * other endpoints to mean "queued" (seen in public code only).
 */
export function classify(status: number, body: BodyKind): ErrorCode | undefined {
  if (status === 401) return 'BITSIGHT_AUTHENTICATION';
  if (status === 429) return 'BITSIGHT_RATE_LIMITED';
  if (status === 202 || (status >= 520 && status <= 527)) return 'BITSIGHT_SERVER';
  if (body === 'html' || status < 200 || (status >= 300 && status < 400)) return 'BITSIGHT_BLOCKED';
  if (status >= 500) return 'BITSIGHT_SERVER';
  if (status === 403) return body === 'json' ? 'BITSIGHT_PERMISSION_DENIED' : 'BITSIGHT_BLOCKED';
  if (status === 404) return 'BITSIGHT_NOT_FOUND';
  if (status >= 400) return 'BITSIGHT_REFUSED';
  return body === 'other' ? 'BITSIGHT_UNEXPECTED_ANSWER' : undefined;
}
