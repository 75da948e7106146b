import type { Config } from '../config/schema.ts';
import { normaliseEmail } from '../email.ts';
import { isAppError } from '../errors.ts';
import { decide, type Desired } from '../lifecycle/decide.ts';
import { heldAt } from '../lifecycle/facts.ts';
import { mailHash } from '../lifecycle/identity.ts';
import { readItem } from '../lifecycle/item.ts';
import {
  PersonSchema,
  ReceiptSchema,
  RosterSchema,
  type Facts,
  type Person,
  type Stored,
} from '../lifecycle/ledger.ts';
import type { GroupLookup } from '../lifecycle/plan.ts';
import type { Store } from '../lifecycle/ports.ts';
import { newPerson } from '../lifecycle/record.ts';
import { viewPerson, type PersonView } from '../lifecycle/view.ts';
import { recognise } from '../lifecycle/withheld.ts';
import { DAY } from '../time.ts';
import { RemovalLog, type Removal } from './removal.ts';
import type { Row } from './row.ts';

/** What the ledger knows of whose an account is. */
export interface Known {
  /** Without facts and history: what a plan is made from, beside `desired`. */
  person: Person;
  desired: Desired;
  employment: PersonView['employment'];
  /** When the employment ended, epoch milliseconds. */
  endedAt: number | undefined;
  manager: string | undefined;
  /** The last account of theirs that was proven gone. */
  removed: { guid: string | undefined; at: number } | undefined;
}

export interface Knowledge {
  of(account: Pick<Row, 'guid' | 'email'>): Known | undefined;
  /** Groups of the tenant; those in use where the list could not be read. */
  group: GroupLookup;
  /** Whose access was first taken in the last 90 days, quickest first. */
  departures: Removal[];
  /** Sources whose word on employment counts and that have told of anybody. `roster`: the day of the last complete one. */
  sources: { name: string; people: number; lastSaid: number; roster: string | undefined }[];
  /** Items that could not be read: of whose they are nothing is known. */
  unreadable: number;
}

export interface KnowledgeDeps {
  store: Pick<Store, 'scan'>;
  config: Config;
  now: number;
  group: GroupLookup;
  /** Key of the address hashes in the ledger. */
  mailKey: string;
}

export const DEPARTURES_DAYS = 90;

/**
 * Reads the whole ledger once and keeps what it says of these accounts, a small record each: that HR knows thousands of
 * others costs next to no memory.
 */
export async function readKnowledge(
  { store, config, now, group, mailKey }: KnowledgeDeps,
  accounts: AsyncIterable<Pick<Row, 'guid' | 'email'>>,
): Promise<Knowledge> {
  const notes: Notes = {
    owners: new Map(),
    borne: new Map(),
    removals: new RemovalLog(config),
    sources: new Map(),
    rosters: new Map(),
  };
  for await (const { guid, email } of accounts) {
    for (const key of keysOf({ guid, email })) notes.owners.set(key, undefined);
    if (email !== null) notes.borne.set(mailHash(mailKey, email), normaliseEmail(email));
  }
  let unreadable = 0;
  for await (const item of store.scan()) {
    try {
      noteItem(notes, item, config, now);
    } catch (error) {
      if (!isAppError(error, 'LEDGER_UNREADABLE')) throw error;
      unreadable += 1;
    }
  }
  const { owners, removals, sources, rosters } = notes;
  for (const known of owners.values()) if (known) known.removed = removals.lastRemoved(known.person.pid);
  return {
    of: (account) => keysOf(account).reduce<Known | undefined>((found, key) => found ?? owners.get(key), undefined),
    group,
    departures: removals.since(now - DEPARTURES_DAYS * DAY).filter(({ first }) => first),
    sources: [...sources.values()].map((source) => ({ ...source, roster: rosters.get(source.name) })),
    unreadable,
  };
}

interface Notes {
  /** By guid, and by address, of the accounts that are asked for. */
  owners: Map<string, Known | undefined>;
  /** Their addresses by keyed hash: of many a person no more is kept. */
  borne: Map<string, string>;
  removals: RemovalLog;
  sources: Map<string, Omit<Knowledge['sources'][number], 'roster'>>;
  /** Source → day. */
  rosters: Map<string, string>;
}

function noteItem(notes: Notes, item: Stored, config: Config, now: number): void {
  if (item.pk.startsWith('O#')) {
    const { source, taken } = readItem(RosterSchema, item);
    if (taken !== undefined) notes.rosters.set(source, taken.day);
  } else if (item.sk.startsWith('R#')) notes.removals.receipt(readItem(ReceiptSchema, item));
  else if (item.sk === 'P') notePerson(notes, readItem(PersonSchema, item), config, now);
}

function notePerson(notes: Notes, read: Person, config: Config, now: number): void {
  const { owners, removals, sources } = notes;
  const person = recognise(read, notes.borne);
  noteSources(sources, person.facts, config);
  removals.person(person);
  const mine = (key: string): boolean => person.left?.includes(key) !== true;
  const keys = [...(person.guid === undefined ? [] : [person.guid]), ...person.emails]
    .filter((key) => owners.has(key))
    .filter((key) => mine(key) || owners.get(key) === undefined); // what they left is theirs only where nobody else has it
  if (keys.length === 0) return;
  const known = knownOf(person, config, now);
  for (const key of keys) owners.set(key, known);
}

function keysOf({ guid, email }: Pick<Row, 'guid' | 'email'>): string[] {
  return email === null ? [guid] : [guid, normaliseEmail(email)];
}

function knownOf(person: Person, config: Config, now: number): Known {
  const { employment, attributes } = viewPerson(person.facts, config, now);
  const { pid, emails, guid, adopted, beforeLeave, restrictedAt, held } = person;
  const slim = {
    ...newPerson(pid),
    emails,
    ...(guid !== undefined && { guid }),
    ...(adopted && { adopted }),
    ...(beforeLeave && { beforeLeave }),
    ...(restrictedAt !== undefined && { restrictedAt }),
    ...(held && { held }),
  };
  return {
    person: slim,
    desired: decide(person, config, now).desired,
    employment,
    endedAt: employment === 'ended' ? endedAt(person.facts, config, now) : undefined,
    manager: attributes.managerEmail ?? undefined,
    removed: undefined,
  };
}

/** When somebody's employment was over: an involuntary end at once, else the last one. */
function endedAt(facts: Facts, { sources }: Config, now: number): number | undefined {
  const ends = Object.entries(facts).flatMap(([source, { employment = [] }]) => {
    const held = sources[source]?.employment === false ? undefined : heldAt(employment, 'employment', now);
    return held?.value === 'ended' || held?.value === 'ended-now' ? [held] : [];
  });
  const involuntary = ends.filter(({ value }) => value === 'ended-now');
  return (involuntary.length > 0 ? involuntary : ends).map(({ from }) => from).sort((a, b) => b - a)[0];
}

function noteSources(sources: Notes['sources'], facts: Facts, { sources: all }: Config): void {
  for (const [name, { employment = [] }] of Object.entries(facts)) {
    if (all[name]?.employment !== true || employment.length === 0) continue;
    const { people, lastSaid } = sources.get(name) ?? { people: 0, lastSaid: 0 };
    const newest = Math.max(lastSaid, ...employment.map(({ said }) => said));
    sources.set(name, { name, people: people + 1, lastSaid: newest });
  }
}
