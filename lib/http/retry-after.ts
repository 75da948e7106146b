import { HOUR, MINUTE, parseHttpDate, SECOND } from '../time.ts';

const SHORTEST = SECOND;
const LONGEST = HOUR;
/** "Wait 1 minute" is the advice of Bitsight's page on status codes for an answer 429 that says nothing of it. */
const UNSAID = MINUTE;

/** How long to wait, milliseconds; `clamped`: something else was asked for that nobody should follow. */
export interface Wait {
  ms: number;
  clamped: boolean;
}

/**
 * How long to wait after 429, between a second and an hour: `Retry-After` in seconds or as an HTTP date (RFC 9110,
 * 10.2.3); a minute where it is missing or unreadable.
 */
export function retryAfter(header: string | null, now: number): Wait {
  const said = (header === null ? undefined : readHeader(header.trim(), now)) ?? UNSAID;
  const ms = Math.min(Math.max(said, SHORTEST), LONGEST);
  return { ms, clamped: ms !== said };
}

function readHeader(text: string, now: number): number | undefined {
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * SECOND);
  const date = parseHttpDate(text);
  return date === undefined ? undefined : date - now;
}
