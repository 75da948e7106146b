import type { Config } from '../config/schema.ts';
import { normaliseEmail } from '../email.ts';
import { AppError } from '../errors.ts';
import { enqueue } from '../lifecycle/enqueue.ts';
import type { Grant, LifecycleEvent } from '../lifecycle/event.ts';
import { mailHash, readPerson, resolveSubject, type Identities } from '../lifecycle/identity.ts';
import { changeItem, getItem } from '../lifecycle/item.ts';
import { AliasSchema, keys, ReviewRowSchema, type Person, type ReviewRow } from '../lifecycle/ledger.ts';
import { operatorEvent, overruledBy } from '../lifecycle/operator-event.ts';
import type { Lanes } from '../lifecycle/ports.ts';
import type { FrozenRow } from './frozen.ts';
import { verdictText } from './verdicts.ts';

/** Ids of what a review tells begin so. Unlike a decision over one person it is under the fuse. */
const REVIEWED = 'review:';

/**
 * Why nothing is told to the workers: `by-hand`, only a person in Bitsight can do it; `other-account`, the holder has
 * another one than was reviewed; `unknown-account`, the ledger does not know whose it is.
 */
export type NotTold = 'by-hand' | 'other-account' | 'unknown-account';

/** The holder as the ledger knows them now. */
export async function holderNow(
  { store, mailKey }: Pick<Identities, 'store' | 'mailKey'>,
  { pid, account }: FrozenRow,
): Promise<Person | undefined> {
  if (pid !== undefined) return readPerson(store, pid);
  if (account.email === null) return undefined;
  const alias = await getItem(store, keys.mail(mailHash(mailKey, account.email)), AliasSchema);
  return alias === undefined || alias.freedAt !== undefined ? undefined : readPerson(store, alias.pid);
}

/** Whether the workers can be told; else why not. */
export function obstacle(decided: ReviewRow, row: FrozenRow, holder: Person | undefined): NotTold | undefined {
  const { account } = row;
  if (account.kind === 'api-token' || (account.email === null && holder === undefined)) return 'by-hand';
  if (holder?.guid !== undefined && holder.guid !== account.guid) return 'other-account';
  // a change alone must not make an account anew for somebody whose account is gone
  return decided.verdict === 'change' && holder?.guid === undefined ? 'unknown-account' : undefined;
}

/** Tells the workers what was decided over one row. Killed in between, it is told again under the same id. */
export async function tellVerdict(
  identities: Identities,
  { lanes, config }: { lanes: Pick<Lanes, 'send'>; config: Pick<Config, 'sources'> },
  review: string,
  decided: ReviewRow,
  row: FrozenRow,
): Promise<NotTold | undefined> {
  const holder = await holderNow(identities, row);
  const why = obstacle(decided, row, holder);
  if (why !== undefined) return why;
  const { store, now } = identities;
  const turn = (decided.told?.turn ?? 0) + 1;
  const what = verdictText(decided);
  const id = `${REVIEWED}${review}:${row.n}:${turn}:${what}`;
  const email = normaliseEmail(row.account.email ?? '');
  const known = holder === undefined ? { attributes: { email } } : { pid: holder.pid };
  const saying = sayingOf(decided, row);
  const event = operatorEvent(id, now, {
    ...known,
    overrules: overruledBy(saying, holder?.facts ?? {}, config),
    ...saying,
  });
  const { pid } = holder ?? (await resolveSubject(identities, event));
  await enqueue(lanes, [event]);
  await changeItem(store, keys.reviewRow(review, row.n), ReviewRowSchema, (latest) => {
    if (latest === undefined) throw new AppError('STORE_CONFLICT', `Row ${row.n} of ${review} is gone.`);
    return { ...latest, told: { what, event: id, pid, at: now, turn } };
  });
  return undefined;
}

/** A change is of the role alone: group, features and contact stay as they were reviewed. */
function sayingOf(
  { verdict, role }: ReviewRow,
  { account }: FrozenRow,
): Pick<LifecycleEvent, 'kind'> & Partial<LifecycleEvent> {
  if (verdict === 'revoke') return { kind: 'leaver', employment: 'ended-now' };
  if (role === undefined) return { kind: 'mover', employment: 'active', access: null };
  const features = account.features.map((text) => [text.split('=', 1)[0] ?? '', valueIn(text)] as const);
  const contact = account.is_available_for_contact;
  const access: Grant = { role, features: Object.fromEntries(features), ...(contact !== null && { contact }) };
  return { kind: 'mover', access };
}

/** Of `slug=value`, as the files of a night write features. */
function valueIn(text: string): boolean | string {
  const value = text.slice(text.indexOf('=') + 1);
  return value === 'true' || (value !== 'false' && value);
}
