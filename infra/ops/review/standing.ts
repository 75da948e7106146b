import { MAIL_HASH_KEY } from '../../../lib/config/index.ts';
import type { Row } from '../../../lib/export/row.ts';
import { readPerson, type Identities } from '../../../lib/lifecycle/identity.ts';
import { ReceiptSchema, type Receipt, type ReviewItem, type ReviewRow } from '../../../lib/lifecycle/ledger.ts';
import type { Read } from '../../../lib/lifecycle/item.ts';
import type { Frozen, FrozenRow } from '../../../lib/review/frozen.ts';
import { readDecided, readFrozen, readReview } from '../../../lib/review/kept.ts';
import { stateOf, type Evidence, type RowState } from '../../../lib/review/proof.ts';
import { holderNow, obstacle, type NotTold } from '../../../lib/review/tell.ts';
import { isToTell } from '../../../lib/review/verdicts.ts';
import type { Target } from '../frame/target.ts';
import { readLastNight, type LastNight } from './last-night.ts';

export interface Standing extends RowState {
  row: FrozenRow;
  decided: ReviewRow | undefined;
  receipts: readonly Receipt[];
  /** There is something that the workers have not been told. */
  toTell: boolean;
  /** Why they cannot be. */
  why?: NotTold | undefined;
}

export async function identitiesOf({ store, ids, secrets, clock }: Target): Promise<Identities> {
  return { store, ids, mailKey: await secrets.current(MAIL_HASH_KEY), now: clock.now() };
}

/** A review, and where each of its rows stands. */
export async function readStanding(
  target: Target,
  id: string,
): Promise<{ review: Read<ReviewItem>; frozen: Frozen; rows: Standing[] }> {
  const review = await readReview(target.store, id);
  const frozen = await readFrozen(target.archive, review);
  const decided = await readDecided(target.store, id);
  const identities = await identitiesOf(target);
  const acting = [...decided.values()].some(({ verdict }) => verdict !== 'keep');
  const night = acting ? await readLastNight(target) : undefined;
  const later = night && { ...night, byGuid: new Map(night.rows.map((row) => [row.guid, row])) };
  const rows: Standing[] = [];
  for (const row of frozen.rows) {
    const one = decided.get(row.n);
    const toTell = one !== undefined && isToTell(one);
    const evidence = await evidenceOf(target, one, row, later);
    const why = toTell ? obstacle(one, row, await holderNow(identities, row)) : undefined;
    rows.push({ row, decided: one, receipts: evidence.receipts, ...stateOf(one, evidence), toTell, why });
  }
  return { review, frozen, rows: rows.map((one) => ({ ...one, toTell: one.toTell && one.state !== 'proven' })) };
}

async function evidenceOf(
  { store }: Target,
  decided: ReviewRow | undefined,
  { account }: FrozenRow,
  later: (LastNight & { byGuid: ReadonlyMap<string, Row> }) | undefined,
): Promise<Evidence> {
  if (decided === undefined || (decided.verdict === 'keep' && decided.told === undefined)) return { receipts: [] };
  const pid = decided.told?.pid;
  const receipts = pid === undefined ? [] : await store.query(`P#${pid}`, { prefix: 'R#' });
  return {
    person: pid === undefined ? undefined : await readPerson(store, pid),
    receipts: receipts.map((item) => ReceiptSchema.parse(item)),
    later: later && { date: later.date, at: later.startedAt, row: later.byGuid.get(account.guid) },
  };
}
