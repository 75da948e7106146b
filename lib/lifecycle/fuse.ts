import { compareRoles } from '../bitsight/index.ts';
import type { Config } from '../config/schema.ts';
import { toIso } from '../time.ts';
import { decisionOver, joinBatch, openBatch, readBatch } from './batch.ts';
import type { ReadPerson } from './identity.ts';
import { getItem } from './item.ts';
import { keys, WindowsSchema, type Account, type Batch, type Key, type OpenEvent } from './ledger.ts';
import type { Change } from './plan.ts';
import { planHash } from './plan-record.ts';
import { knownPeople } from './population.ts';
import type { Lifecycle } from './reconcile.ts';
import type { HeldCode } from './reasons.ts';
import type { Store } from './ports.ts';
import { dueEvents, held, LOOK_AGAIN, type Ending } from './release.ts';
import { changeWindows, countIn, type Limits } from './windows.ts';

/** Which budget a change counts against. */
export function budgetOf(plan: Change, account: Account | undefined): Batch['kind'] {
  if (plan.kind === 'delete' || plan.kind === 'restrict') return 'offboardings';
  const { role } = plan.wanted;
  const isRaise = role !== undefined && compareRoles(account?.roles ?? ['customer_user'], [role]) === 'raised';
  if (isRaise) return 'raises';
  return plan.kind === 'create' ? 'creations' : 'changes';
}

/** A share never counts for less: in a small company a single leaver is many per cent. */
const LEAST_SHARE = 3;

/**
 * How many people an hour and a day; the smaller of count and share, the count alone while nobody knows how many there
 * are. What has no limit is not counted.
 */
export function limitsOf(budget: Config['fuse'][Batch['kind']], people: number | undefined): Limits {
  const limits: Limits = {};
  for (const period of ['hour', 'day'] as const) {
    const { count, share } = budget[period];
    const part = share === null || people === undefined ? null : Math.max(LEAST_SHARE, Math.floor(share * people));
    if (count !== null || part !== null) limits[period] = Math.min(count ?? Infinity, part ?? Infinity);
  }
  return limits;
}

/** `v`: the version that the person was given on the way. */
export type Refused = Ending & { v?: number };

/**
 * Undefined: this change may be carried out, being inside the budgets of the sources that asked for it, decided by a
 * person for this very person, or approved with its batch. Else the change is a member of a batch by now.
 */
export async function heldByFuse(
  lifecycle: Lifecycle,
  person: ReadPerson,
  plan: Change,
  account: Account | undefined,
): Promise<Refused | undefined> {
  const { store, clock } = lifecycle;
  const now = clock.now();
  const kind = budgetOf(plan, account);
  const member = { pid: person.pid, planHash: planHash(plan, account), madeOf: person.v };
  const asked = dueEvents(person, now).filter(({ event }) => !isApproval(event)); // an approval that does not cover this asks for nothing
  if (asked.some((open) => isDecisionOverOne(open, kind))) return undefined; // also whom a rejection covers: it was another's, over many
  const joined = person.held?.batch;
  const decision = await decisionOver(store, joined, member, now);
  if (decision === 'approved') return undefined;
  if (decision !== undefined) return held(decision === 'open' ? 'FUSE_BLOWN' : 'BATCH_REJECTED', joined ?? '');
  const sources = asked.length > 0 ? asked.map(({ source }) => source) : Object.keys(person.facts);
  let noted = person;
  for (const source of new Set(sources)) {
    for (;;) {
      const closed = await closedBatch(store, keys.fuse(source, kind));
      const batch = await spend(lifecycle, source, kind, person.pid, closed);
      if (batch === undefined) break;
      const waits = { ...held('FUSE_BLOWN', batch), batch };
      const v = await noteBatch(store, noted, batch, now);
      if (v === undefined) return waits; // written over meanwhile: so will be whatever is written from here
      noted = { ...noted, v };
      if (await joinBatch(store, batch, member, now)) return { ...waits, v };
    }
  }
  return undefined;
}

/** Before the batch is joined: who is killed in between is known as a member all the same, whatever is decided until the next look. */
async function noteBatch(store: Store, person: ReadPerson, batch: string, now: number): Promise<number | undefined> {
  if (person.held?.batch === batch) return person.v;
  const waits = { code: 'FUSE_BLOWN' satisfies HeldCode, names: [batch], at: now, batch };
  return store.put({ ...person, held: waits, wakeAt: Math.min(person.wakeAt ?? Infinity, now + LOOK_AGAIN) }, person.v);
}

/** The name of the event by which a decided batch comes to its members. */
export const approvalEvent = (batch: string): string => `batch:${batch}`;
/** Ids of what a person decided over one other begin so; lists and policies are no such decisions. */
export const DECISION = 'decision:';
/** Whoever grants somebody a role has not decided that they go. */
const isDecisionOverOne = ({ source, event, kind }: OpenEvent, budget: Batch['kind']): boolean =>
  source === 'operator' && event.startsWith(DECISION) && (kind === 'leaver') === (budget === 'offboardings');
const isApproval = (event: string): boolean => event.startsWith(approvalEvent(''));

/** Counts a person against a source's budget; the batch to join where there is no room, or where an open one waits already. */
async function spend(
  { store, clock, config, telemetry }: Lifecycle,
  source: string,
  kind: Batch['kind'],
  pid: string,
  closed: string | undefined,
): Promise<string | undefined> {
  const now = clock.now();
  const key = keys.fuse(source, kind);
  const budget = config.fuse[kind];
  const hasShare = budget.hour.share !== null || budget.day.share !== null;
  const limits = limitsOf(budget, hasShare ? await knownPeople(store) : undefined);
  let isInside = false;
  const { batch: id } = await changeWindows(store, key, (latest) => {
    const counted = countIn(latest, pid, limits, now);
    const hasRoom = !('full' in counted);
    isInside = hasRoom && (latest.batch === closed || counted === latest); // who was counted before goes on although others wait
    if (isInside && hasRoom) return counted;
    return latest.batch === closed ? { ...latest, batch: batchName(source, kind, now, latest.v) } : latest;
  });
  if (isInside || id === undefined) return undefined;
  if (await openBatch(store, { id, source, kind }, now)) {
    telemetry.log('error', 'fuse blown: all further changes of this kind wait for a decision', { source, batch: id });
    telemetry.count('FuseBlown', 1, { kind });
  }
  return id;
}

function batchName(source: string, kind: string, now: number, v: number): string {
  return `${source}-${kind}-${toIso(now).slice(0, 10)}-${v}`;
}

/** The last batch of these windows, when nobody may join it any more. */
async function closedBatch(store: Lifecycle['store'], key: Key): Promise<string | undefined> {
  const id = (await getItem(store, key, WindowsSchema))?.batch;
  const batch = id === undefined ? undefined : await readBatch(store, id);
  return batch !== undefined && batch.status !== 'open' ? id : undefined;
}
