import { AppError } from '../errors.ts';
import { changeItem, getItem, MOST_RACES } from './item.ts';
import { BatchMemberSchema, BatchSchema, keys, type Batch, type BatchMember } from './ledger.ts';
import type { Store } from './ports.ts';

export function readBatch(store: Pick<Store, 'get'>, id: string): Promise<Batch | undefined> {
  return getItem(store, keys.batch(id), BatchSchema);
}

/** More than anybody lets pile up. */
const MOST_BATCHES = 100;

/** Batches that wait for a decision, and decided ones whose members are not all woken yet. */
export async function heldBatches(store: Pick<Store, 'get' | 'due'>): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (const { pk } of await store.due('held', Number.MAX_SAFE_INTEGER, MOST_BATCHES)) {
    const batch = await readBatch(store, pk.slice('B#'.length));
    if (batch !== undefined) batches.push(batch);
  }
  return batches;
}

export async function readMembers(store: Pick<Store, 'query'>, id: string): Promise<BatchMember[]> {
  const stored = await store.query(keys.batch(id).pk, { prefix: 'M#' });
  return stored.map((item) => BatchMemberSchema.parse(item)).sort((a, b) => a.n - b.n);
}

/** Opens the batch unless it is there; whether it was this call that opened it. Until somebody decides it stays open. */
export async function openBatch(
  store: Store,
  about: Pick<Batch, 'id' | 'source' | 'kind'>,
  now: number,
): Promise<boolean> {
  const open = { ...about, status: 'open' as const, n: 0, at: now, lane: 'held' as const, wakeAt: now };
  return (await store.put({ ...keys.batch(about.id), schema: 1, ...open }, 'absent')) !== undefined;
}

/**
 * Takes a person's plan into an open batch, under a number that grows: a decision covers the numbers that were seen. Of
 * two plans at once the one made of the later version of the person stays.
 * False: the batch is closed by now.
 */
export async function joinBatch(
  store: Store,
  id: string,
  { pid, planHash, madeOf }: Pick<BatchMember, 'pid' | 'planHash' | 'madeOf'>,
  now: number,
): Promise<boolean> {
  const key = keys.member(id, pid);
  for (let race = 0; race < MOST_RACES; race++) {
    const known = await getItem(store, key, BatchMemberSchema);
    if (known !== undefined && (known.planHash === planHash || known.madeOf > madeOf))
      return (await readBatch(store, id))?.status === 'open';
    const { status, n } = await changeBatch(store, id, (batch) =>
      batch.status === 'open' ? { ...batch, n: batch.n + 1 } : undefined,
    );
    if (status !== 'open') return false;
    const member = { ...key, schema: 1, pid, planHash, madeOf, n, at: now };
    if ((await store.put(member, known?.v ?? 'absent')) === undefined) continue;
    return (await readBatch(store, id))?.status === 'open'; // closed meanwhile: nobody looked for this member
  }
  throw new AppError('STORE_CONFLICT', `A member of batch ${id} was written over ${MOST_RACES} times in a row.`);
}

/** What a person decided over exactly this plan, or that they are yet to; undefined: they were not asked, or it is over. */
export async function decisionOver(
  store: Pick<Store, 'get'>,
  id: string | undefined,
  { pid, planHash }: Pick<BatchMember, 'pid' | 'planHash'>,
  now: number,
): Promise<Batch['status'] | undefined> {
  const batch = id === undefined ? undefined : await readBatch(store, id);
  const isOpen = batch?.status === 'open';
  if (batch === undefined || (!isOpen && (batch.until ?? 0) <= now)) return undefined;
  const member = await getItem(store, keys.member(batch.id, pid), BatchMemberSchema);
  const upTo = isOpen ? batch.n : (batch.upTo ?? 0);
  const isCovered = member !== undefined && member.planHash === planHash && member.n <= upTo;
  return isCovered ? batch.status : undefined;
}

export interface BatchDecision {
  status: 'approved' | 'rejected';
  /** Number of the last member that was seen. */
  upTo: number;
  by: string;
  /** When the decision is over, epoch milliseconds. */
  until: number;
  /** An approval counts only when another person gave it before. */
  secondPerson?: boolean;
}

/**
 * Closes an open batch, or notes the first of two approvals. What was approved is woken by the sweeper, and so is what
 * joined after `upTo`, of both people: nobody saw it, so it is planned anew.
 */
export function decideBatch(
  store: Store,
  id: string,
  { secondPerson = false, ...decision }: BatchDecision,
  now: number,
): Promise<Batch> {
  return changeBatch(store, id, ({ lane, wakeAt, ...batch }) => {
    if (batch.status !== 'open') throw new AppError('BATCH_CLOSED', `Batch ${id} is ${batch.status} already.`);
    const { by, upTo } = decision;
    if (decision.status === 'rejected' && upTo >= batch.n) return { ...batch, ...decision };
    if (decision.status === 'rejected') return { ...batch, ...decision, woken: upTo, lane: 'held', wakeAt: now };
    const { proposed } = batch;
    if (!secondPerson) return { ...batch, ...decision, lane: 'held', wakeAt: now };
    if (proposed === undefined || proposed.by === by) return { ...batch, lane, wakeAt, proposed: { by, upTo } };
    const both = { by: `${proposed.by}, ${by}`, upTo: Math.min(proposed.upTo, upTo) };
    return { ...batch, ...decision, ...both, lane: 'held', wakeAt: now };
  });
}

export async function changeBatch(
  store: Store,
  id: string,
  change: (latest: Batch) => Batch | undefined,
): Promise<Batch> {
  const changed = await changeItem(store, keys.batch(id), BatchSchema, (latest) => latest && change(latest));
  if (changed === undefined) throw new AppError('BATCH_UNKNOWN', `There is no batch ${id}.`);
  return changed;
}
