import type { BitsightClient, UserPage, UserQuery } from '../../../lib/bitsight/index.ts';
import type { Finding, Verdict } from '../../../lib/config/index.ts';
import { isAppError, type ErrorCode } from '../../../lib/errors.ts';
import { shapeOf } from './shape.ts';
import type { Witness } from './witness.ts';

/** A Bitsight that is asked one thing after the other. */
export interface Probed {
  bitsight: BitsightClient;
  witness: Witness;
}

export type Seen = [Verdict, string];
export interface Assumption {
  id: string;
  asked: string;
  look: () => Promise<Seen> | Seen;
}

export const assume = <L>(id: string, asked: string, look: L): Omit<Assumption, 'look'> & { look: L } => ({
  id,
  asked,
  look,
});

export const asAssumed = (seen: string): Seen => ['as assumed', seen];
export const otherwise = (seen: string): Seen => ['otherwise', seen];
export const notHere = (seen: string): Seen => ['not to be seen here', seen];
export const unknown = (seen: string): Seen => ['unknown', seen];

/** What concerns no single question: nothing can be probed. */
const FATAL: readonly ErrorCode[] = ['BITSIGHT_AUTHENTICATION', 'BITSIGHT_UNREACHABLE', 'BITSIGHT_RATE_LIMITED'];

/** One after the other. An answer that the client cannot read is a finding too: unknown, with its form. */
export async function probe(probed: Probed, assumptions: readonly Assumption[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id, asked, look } of assumptions) {
    const [verdict, seen] = await attempt(probed, look);
    findings.push({ id, asked, seen, verdict });
  }
  return findings;
}

async function attempt({ witness }: Probed, look: Assumption['look']): Promise<Seen> {
  try {
    return await look();
  } catch (error) {
    if (!isAppError(error) || !error.code.startsWith('BITSIGHT_') || FATAL.includes(error.code)) throw error;
    return unknown(answerText(witness) ?? 'no whole answer');
  }
}

/** Status and form of the last answer. */
export function answerText(witness: Witness): string | undefined {
  const last = witness.last();
  return last && `${last.status} ${shapeOf(last.body)}`;
}

/** A page through the client, and what really came. */
export async function rawPage(
  { bitsight, witness }: Probed,
  query: UserQuery,
): Promise<{ page: UserPage; rows: Record<string, unknown>[]; links: Record<string, unknown> }> {
  const page = await bitsight.users.page(query);
  const body = recordOf(witness.last()?.body);
  const results: unknown[] = Array.isArray(body['results']) ? body['results'] : [];
  return { page, rows: results.map(recordOf), links: recordOf(body['links']) };
}

export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
