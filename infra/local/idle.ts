import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { LANES } from '../../lib/lifecycle/event.ts';
import { PersonSchema } from '../../lib/lifecycle/ledger.ts';
import type { Key } from '../../lib/lifecycle/ledger.ts';
import type { Clock, Store } from '../../lib/lifecycle/ports.ts';
import type { LocalAws } from './aws.ts';

export interface IdleDeps {
  aws: Pick<LocalAws, 'waiting'>;
  store: Pick<Store, 'scan'>;
  clock: Pick<Clock, 'now'>;
  /** Whether a request is at the front door. */
  busy: () => boolean;
}

const POLL_MS = 50;

/** Waits until every accepted delivery whose time has come has its outcome, and the outcome is published. */
export async function waitUntilIdle(
  deps: IdleDeps,
  { timeoutMs = 60_000 }: { timeoutMs?: number } = {},
): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (let inFlight = await lookAt(deps); inFlight !== undefined; inFlight = await lookAt(deps)) {
    if (Date.now() > end) throw new Error(`Not idle after ${timeoutMs / 1000} seconds: ${inFlight}.`);
    await sleep(POLL_MS);
  }
}

/** What is in flight, in words. A message is recorded before it is deleted: queues first, then the ledger. */
async function lookAt({ aws, store, clock, busy }: IdleDeps): Promise<string | undefined> {
  if (busy()) return 'a request at the front door';
  for (const lane of LANES) {
    if (aws.waiting(lane) > 0) return `${aws.waiting(lane)} messages in the ${lane} lane`;
  }
  const now = clock.now();
  for await (const item of store.scan()) {
    if (!isPerson(item)) continue;
    const person = WorkSchema.parse(item);
    if (isAtWork(person, now)) return `person ${person.pid}`;
  }
  return undefined;
}

/** Of a person only what shows whether somebody is at work. */
const WorkSchema = PersonSchema.pick({ pid: true, open: true, outbox: true }).extend({ op: z.unknown().optional() });
const isPerson = ({ pk, sk }: Key): boolean => pk.startsWith('P#') && sk === 'P';

function isAtWork({ open, outbox, op }: z.infer<typeof WorkSchema>, now: number): boolean {
  return op !== undefined || outbox.length > 0 || open.some(({ from }) => from <= now);
}
