import { createHmac } from 'node:crypto';
import { normaliseEmail } from '../email.ts';
import { isAppError, AppError } from '../errors.ts';
import type { LifecycleEvent } from './event.ts';
import { AliasSchema, keys, PersonSchema, type Alias, type Key, type Person, type Stored } from './ledger.ts';
import type { Ids, Store } from './ports.ts';

/** HMAC-SHA-256 of a normalised address: the ledger finds people by it without holding addresses in its keys. */
export function mailHash(key: string, address: string): string {
  return createHmac('sha256', key).update(normaliseEmail(address)).digest('hex');
}

export interface Identities {
  store: Store;
  ids: Ids;
  mailKey: string;
  now: number;
}

/** Which person an event is about, and whether its address is theirs: an address of somebody else is never taken over. */
export interface Subject {
  pid: string;
  ownsEmail: boolean;
}

const MOST_RACES = 5;

/** Finds the person by the source's employee id first, by e-mail second, or makes a new one: aliases first, then the person. */
export async function resolveSubject(identities: Identities, event: LifecycleEvent): Promise<Subject> {
  for (let race = 0; race < MOST_RACES; race++) {
    const subject = await tryResolve(identities, event);
    if (subject !== undefined) return subject;
  }
  throw new AppError(
    'STORE_CONFLICT',
    `The aliases of event ${event.id} were written by others ${MOST_RACES} times in a row.`,
  );
}

async function tryResolve(identities: Identities, event: LifecycleEvent): Promise<Subject | undefined> {
  const { store, mailKey, ids } = identities;
  const { email } = event.attributes;
  const employeeKey = employeeKeyOf(event);
  const hash = typeof email === 'string' ? mailHash(mailKey, email) : undefined;
  const employee = await readAlias(store, employeeKey);
  const mail = await readAlias(store, hash === undefined ? undefined : keys.mail(hash));
  const free = mail === undefined || mail.freedAt !== undefined;
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

/** The first holder of an address follows from it: two sources that speak of a newcomer at once mean the same person. */
function newcomerAt(mailKey: string, hash: string, version: number): string {
  return createHmac('sha256', mailKey).update(`person ${hash} ${version}`).digest('hex').slice(0, 32);
}

function employeeKeyOf({ source, employeeId }: LifecycleEvent): Key | undefined {
  return employeeId === undefined ? undefined : keys.employee(source, employeeId);
}

/** Another employee id of the same source under the same address is another person, until somebody decides otherwise. */
export function isSomebodyElse(person: Person | undefined, { source, employeeId }: LifecycleEvent): boolean {
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

async function readAlias(store: Store, key: Key | undefined): Promise<(Alias & { v: number }) | undefined> {
  if (key === undefined) return undefined;
  const stored = await store.get(key);
  return stored === undefined ? undefined : { ...readItem(AliasSchema, stored), v: stored.v };
}

async function claimAlias(identities: Identities, key: Key, pid: string, freed?: { v: number }): Promise<boolean> {
  const written = await identities.store.put({ ...key, schema: 1, pid, since: identities.now }, freed?.v ?? 'absent');
  return written !== undefined;
}

/** Marks addresses the person no longer has; their aliases stay, so that a reuse is seen and held. */
export async function retireAlias(store: Store, key: Key, now: number): Promise<void> {
  const alias = await readAlias(store, key);
  if (alias === undefined || alias.retiredAt !== undefined) return;
  await store.put({ ...alias, retiredAt: now }, alias.v); // a lost race means that somebody else just wrote it: tried again with the next change
}

export type ReadPerson = Person & { v: number };

export async function readPerson(store: Store, pid: string): Promise<ReadPerson | undefined> {
  const stored = await store.get(keys.person(pid));
  return stored === undefined ? undefined : { ...readItem(PersonSchema, stored), v: stored.v };
}

/** Writes a change of a person, anew whenever somebody else wrote first; undefined: there is nothing to change any more. */
export async function changePerson(
  store: Store,
  pid: string,
  change: (latest: ReadPerson) => Person | undefined,
): Promise<void> {
  for (;;) {
    const latest = await readPerson(store, pid);
    const next = latest && change(latest);
    if (next === undefined || (await store.put(next, latest?.v ?? 'absent')) !== undefined) return;
  }
}

/** An item of another shape than this version writes is an error that names the item's kind and the path, never its content. */
export function readItem<T>(schema: { parse(value: unknown): T }, stored: Stored): T {
  try {
    return schema.parse(stored);
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    const issue = (cause as { issues?: { path: PropertyKey[] }[] }).issues?.[0]; // -- zod's error shape
    throw new AppError(
      'LEDGER_UNREADABLE',
      `Item ${stored.sk} of schema ${stored.schema} is not readable at ${issue?.path.join('.') ?? 'its root'}.`,
    );
  }
}
