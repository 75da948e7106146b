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
  const employeeKey = event.employeeId === undefined ? undefined : keys.employee(event.source, event.employeeId);
  const mailKey =
    typeof event.attributes.email === 'string'
      ? keys.mail(mailHash(identities.mailKey, event.attributes.email))
      : undefined;
  const employee = await readAlias(identities.store, employeeKey);
  const mail = await readAlias(identities.store, mailKey);
  const free = mail === undefined || mail.freedAt !== undefined;
  const sameHolder =
    !free && (employee === undefined ? await mayBeSame(identities.store, mail.pid, event) : mail.pid === employee.pid);
  const pid = employee?.pid ?? (sameHolder ? mail.pid : identities.ids.next());
  const ownsEmail = free || sameHolder;
  if (employeeKey !== undefined && employee === undefined && !(await claimAlias(identities, employeeKey, pid)))
    return undefined;
  if (mailKey !== undefined && free && !(await claimAlias(identities, mailKey, pid, mail))) return undefined;
  return { pid, ownsEmail };
}

/** Another employee id of the same source under the same address is another person, until somebody decides otherwise. */
async function mayBeSame(store: Store, pid: string, event: LifecycleEvent): Promise<boolean> {
  if (event.employeeId === undefined) return true;
  const person = await readPerson(store, pid);
  const known = person?.facts[event.source]?.employeeId ?? [];
  return known.every((saying) => saying.value === event.employeeId);
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
