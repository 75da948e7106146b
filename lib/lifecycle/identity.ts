import { createHmac } from 'node:crypto';
import { normaliseEmail } from '../email.ts';
import { AppError } from '../errors.ts';
import type { LifecycleEvent } from './event.ts';
import { uniteFacts } from './facts.ts';
import { changeItem, getItem, readItem, type Read } from './item.ts';
import { AliasSchema, keys, PersonSchema, type Alias, type Key, type Person } from './ledger.ts';
import type { Ids, Store } from './ports.ts';

/** HMAC-SHA-256 of a normalised address: the ledger finds people by it without holding addresses in its keys. */
export function mailHash(key: string, address: string): string {
  return createHmac('sha256', key).update(normaliseEmail(address)).digest('hex');
}

export interface Identities {
  store: Pick<Store, 'get' | 'put'>;
  ids: Ids;
  mailKey: string;
  now: number;
}

/** Which person an event is about, and whether its address is theirs: an address of somebody else is never taken over. */
export interface Subject {
  pid: string;
  ownsEmail: boolean;
}

/** By what somebody is meant: the number of a source, an address. */
export type Mention = Pick<LifecycleEvent, 'id' | 'source' | 'employeeId' | 'attributes' | 'pid'>;

const MOST_RACES = 5;

/** Finds the person by the source's employee id first, by e-mail second, or makes a new one: aliases first, then the person. */
export async function resolveSubject(identities: Identities, event: Mention): Promise<Subject> {
  for (let race = 0; race < MOST_RACES; race++) {
    const subject = await tryResolve(identities, event);
    if (subject !== undefined) return subject;
  }
  throw new AppError(
    'STORE_CONFLICT',
    `The aliases of event ${event.id} were written by others ${MOST_RACES} times in a row.`,
  );
}

async function tryResolve(identities: Identities, event: Mention): Promise<Subject | undefined> {
  const { store, mailKey, ids } = identities;
  const meant = event.source === 'operator' && event.pid !== undefined && (await readPerson(store, event.pid));
  if (meant) return { pid: meant.pid, ownsEmail: false };
  const { email } = event.attributes;
  const employeeKey = employeeKeyOf(event);
  const hash = typeof email === 'string' ? mailHash(mailKey, email) : undefined;
  const employee = await readAlias(store, employeeKey);
  const mail = await readAlias(store, hash === undefined ? undefined : keys.mail(hash));
  const free = mail === undefined || mail.freedAt !== undefined;
  if (employee !== undefined && !free && mail.pid !== employee.pid && (await isSame(store, employee, mail, event)))
    return join(identities, employee, mail.pid);
  const sameHolder =
    !free &&
    (employee === undefined ? !isSomebodyElse(await readPerson(store, mail.pid), event) : mail.pid === employee.pid);
  const newcomer = hash !== undefined && free ? newcomerAt(mailKey, hash, mail?.v ?? 0) : ids.next();
  const pid = employee?.pid ?? (sameHolder ? mail.pid : newcomer);
  const ownsEmail = free || sameHolder;
  if (employeeKey !== undefined && employee === undefined && !(await claimAlias(identities, employeeKey, pid)))
    return undefined;
  if (hash !== undefined && free && !(await claimAlias(identities, keys.mail(hash), pid, mail))) return undefined;
  return { pid, ownsEmail };
}

/** Known by a number alone until now, and no other number of that source stands under the address: as a newcomer would be. */
async function isSame(store: Pick<Store, 'get'>, employee: Alias, mail: Alias, event: Mention): Promise<boolean> {
  const own = await readPerson(store, employee.pid);
  if (own === undefined || !isNumberAlone(own)) return false;
  const holder = await readPerson(store, mail.pid);
  return holder !== undefined && !isSomebodyElse(holder, event);
}

/** Whether an address of theirs is known, be it by its hash alone. */
export function hasAddress({ emails, withheld }: Person): boolean {
  return emails.length + (withheld?.mail.length ?? 0) > 0;
}

/** Nobody can have an account of whom no address was ever known. */
export function isNumberAlone(person: Person): boolean {
  return !hasAddress(person) && person.cleared === undefined;
}

/** What was said of the number becomes known of the holder of the address, and then the number is theirs. What is open under it ends where it is. */
async function join(identities: Identities, employee: Read<Alias>, pid: string): Promise<Subject | undefined> {
  await tell(identities, employee.pid, pid);
  const { v, ...alias } = employee;
  return (await identities.store.put({ ...alias, pid }, v)) === undefined ? undefined : { pid, ownsEmail: true };
}

/** After a word of somebody known by a number alone: whose the number is, which may have changed in that very moment. */
export async function holderOf(identities: Identities, event: LifecycleEvent, { pid }: Person): Promise<string> {
  const holder = (await readAlias(identities.store, employeeKeyOf(event)))?.pid ?? pid;
  if (holder !== pid) await tell(identities, pid, holder);
  return holder;
}

async function tell({ store, now }: Identities, from: string, to: string): Promise<void> {
  const facts = (await readPerson(store, from))?.facts ?? {};
  await changePerson(store, to, (holder) => ({
    ...holder,
    facts: uniteFacts(holder.facts, facts),
    factsV: holder.factsV + 1,
    wakeAt: Math.min(holder.wakeAt ?? Infinity, now),
  }));
}

/** The first holder of an address follows from it: two sources that speak of a newcomer at once mean the same person. */
function newcomerAt(mailKey: string, hash: string, version: number): string {
  return createHmac('sha256', mailKey).update(`person ${hash} ${version}`).digest('hex').slice(0, 32);
}

function employeeKeyOf({ source, employeeId }: Mention): Key | undefined {
  return employeeId === undefined ? undefined : keys.employee(source, employeeId);
}

/** Another employee id of the same source under the same address is another person, until somebody decides otherwise. */
export function isSomebodyElse(person: Person | undefined, { source, employeeId }: Mention): boolean {
  const known = person?.facts[source]?.employeeId ?? [];
  return employeeId !== undefined && known.some((saying) => saying.value !== employeeId);
}

/** Gives an employee id a person of its own: another one took the address, and the person with it, in the same moment. */
export async function separate(identities: Identities, event: LifecycleEvent): Promise<void> {
  const alias = await readAlias(identities.store, employeeKeyOf(event));
  if (alias !== undefined) await identities.store.put({ ...alias, pid: identities.ids.next() }, alias.v); // lost: somebody else did it
}

/** Whether an address that an account bears belongs to another person of the ledger. */
export async function isAddressOfAnother(
  { store, mailKey }: Pick<Identities, 'store' | 'mailKey'>,
  { pid, emails }: Person,
  address: string,
): Promise<boolean> {
  if (emails.includes(normaliseEmail(address))) return false;
  const alias = await readAlias(store, keys.mail(mailHash(mailKey, address)));
  return alias !== undefined && alias.freedAt === undefined && alias.pid !== pid;
}

async function readAlias(store: Pick<Store, 'get'>, key: Key | undefined): Promise<Read<Alias> | undefined> {
  return key && getItem(store, key, AliasSchema);
}

async function claimAlias(identities: Identities, key: Key, pid: string, freed?: { v: number }): Promise<boolean> {
  const written = await identities.store.put({ ...key, schema: 1, pid, since: identities.now }, freed?.v ?? 'absent');
  return written !== undefined;
}

/** Whether an address is this person's, from now on where it was nobody's. */
export async function takeAddress(identities: Identities, pid: string, address: string): Promise<boolean> {
  const key = keys.mail(mailHash(identities.mailKey, address));
  const alias = await readAlias(identities.store, key);
  if (alias === undefined || alias.freedAt !== undefined) return claimAlias(identities, key, pid, alias);
  return alias.pid === pid;
}

/** Marks addresses the person no longer has; their aliases stay, so that a reuse is seen and held. */
export async function retireAlias(store: Pick<Store, 'get' | 'put'>, key: Key, now: number): Promise<void> {
  const alias = await readAlias(store, key);
  if (alias === undefined || alias.retiredAt !== undefined) return;
  await store.put({ ...alias, retiredAt: now }, alias.v); // a lost race means that somebody else just wrote it: tried again with the next change
}

export type ReadPerson = Read<Person>;

export function readPerson(store: Pick<Store, 'get'>, pid: string): Promise<ReadPerson | undefined> {
  return getItem(store, keys.person(pid), PersonSchema);
}

/** Everybody whom the ledger knows; for operators and the night only. */
export async function* everybody(store: Pick<Store, 'scan'>): AsyncGenerator<ReadPerson> {
  for await (const item of store.scan())
    if (item.pk.startsWith('P#') && item.sk === 'P') yield { ...readItem(PersonSchema, item), v: item.v };
}

/** Writes a change of a person; undefined: there is nothing to change any more. */
export async function changePerson(
  store: Pick<Store, 'get' | 'put'>,
  pid: string,
  change: (latest: ReadPerson) => Person | undefined,
): Promise<void> {
  await changeItem(store, keys.person(pid), PersonSchema, (latest) => latest && change(latest));
}
