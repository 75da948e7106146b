import type { Attribute, LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { HOUR, MINUTE, SECOND } from '../../lib/time.ts';
import { addressOf, message, turnTo, type Book, type Human, type Said } from './people.ts';
import type { Schedule } from './schedule.ts';

const DEPARTMENTS = ['Vendor Risk', 'Security', 'Warehouse', 'Administration'] as const;
/** Longest way of a delivery; whatever has to be known before something else is said lies further apart. */
const LATEST = 2 * HOUR;
export const SETTLED = 3 * HOUR;

export interface Office {
  schedule: Schedule;
  humans: Human[];
  /** No new messages are written after this instant. */
  closes: number;
  /** Hands a delivery to the door. */
  deliver: (event: LifecycleEvent) => void;
  count: (what: string) => void;
}

/** Writes down in the book what is said from now on, and sends it: late, twice, under another id, behind what came after. */
function say(office: Office, book: Book, said: Said): void {
  const { schedule, count } = office;
  const now = schedule.now();
  count(said.employment === undefined ? said.kind : `${said.kind} ${said.employment}`);
  if ((said.from ?? now) > now) count('said ahead');
  const { from = now, employment } = said;
  if (employment !== undefined) book.words.push({ said: now, from, employment });
  const event = message(book, serialOf(schedule), now, said);
  const send = (one: LifecycleEvent): void => {
    const at = now + delay(schedule);
    schedule.at(at, () => office.deliver({ ...one, received: `received-${serialOf(schedule)}`, receivedAt: at }));
  };
  send(event);
  if (schedule.chance(0.12)) again(office, () => send(event), 'redelivery');
  if (schedule.chance(0.06))
    again(
      office,
      () => send({ ...message(book, serialOf(schedule), now, said), said: event.said }),
      'same fact, other id',
    );
  if (schedule.chance(0.01)) again(office, () => send({ ...event, bodyHash: 'f'.repeat(64) }), 'same id, other body');
}

const serials = new WeakMap<Schedule, number>();
function serialOf(schedule: Schedule): number {
  const n = (serials.get(schedule) ?? 0) + 1;
  serials.set(schedule, n);
  return n;
}

function again({ count }: Office, send: () => void, what: string): void {
  count(what);
  send();
}

function delay(schedule: Schedule): number {
  const draw = schedule.random();
  if (draw < 0.2) return schedule.between(0, 30);
  if (draw < 0.6) return schedule.between(0, 5 * SECOND);
  return schedule.between(0, draw < 0.85 ? 10 * MINUTE : LATEST);
}

/** All that a book says; a sender that leaves something out says it later. */
function sayWho(office: Office, human: Human, book: Book, leaveOut: boolean, said: Said): void {
  const { schedule } = office;
  const all: Partial<Record<Attribute, string>> = {
    email: asTyped(schedule, human.borrowed ?? addressOf(human)),
    firstName: human.firstName,
    lastName: human.lastName,
    department: schedule.pick(DEPARTMENTS),
  };
  const hidden = leaveOut ? schedule.pick(['email', 'department', 'lastName'] as const) : undefined;
  const { [hidden ?? 'jobTitle']: omitted, ...attributes } = all;
  Object.assign(book.said, attributes);
  say(office, book, { ...said, attributes });
  if (hidden === undefined || omitted === undefined || schedule.chance(0.15)) return;
  schedule.at(schedule.now() + schedule.between(MINUTE, 5 * HOUR), () => {
    turnTo(book, schedule.now());
    if (book.said[hidden] !== undefined) return;
    book.said[hidden] = omitted;
    say(office, book, { kind: 'mover', attributes: { [hidden]: omitted } });
  });
}

function asTyped(schedule: Schedule, address: string): string {
  return schedule.chance(0.15) ? ` ${address.slice(0, 1).toUpperCase()}${address.slice(1)}` : address;
}

export function join(office: Office, human: Human, book: Book): void {
  const { schedule } = office;
  const ahead = schedule.chance(0.2) ? schedule.between(MINUTE, 12 * HOUR) : 0;
  const from = schedule.now() + ahead;
  if (ahead > 0) book.starts = from;
  else book.employment = 'active';
  // Two sources, or a source and the list, find each other by the address alone: neither may leave it out.
  const isAlone = human.books.length === 1 && human.exception === undefined && human.borrowed === undefined;
  const leaveOut = isAlone && schedule.chance(0.2);
  sayWho(office, human, book, leaveOut, { kind: 'joiner', from, employment: 'active' });
  human.lends ??= book.source === 'hr' && book.said.email !== undefined && human.borrowed === undefined;
}

type Step = (office: Office, human: Human, book: Book) => void;

const move: Step = (office, _human, book) => {
  const { schedule } = office;
  const attributes = { department: schedule.pick(DEPARTMENTS), jobTitle: `Title ${schedule.between(1, 5)}` };
  const ahead = schedule.chance(0.25) ? schedule.between(MINUTE, 10 * HOUR) : 0;
  if (ahead === 0) Object.assign(book.said, attributes);
  else book.planned = { from: schedule.now() + ahead, attributes };
  say(office, book, { kind: 'mover', from: schedule.now() + ahead, attributes });
};

const rename: Step = (office, human, book) => {
  // Before everybody has found the person, a second address would make a second person of them.
  const shared = human.exception !== undefined || human.books.some(({ source }) => source === 'contractors');
  if (shared || human.borrowed !== undefined) return move(office, human, book);
  human.lastName = `${human.lastName.split('-')[0]}-${human.addresses.length}`;
  human.addresses.push(`${human.firstName}.${human.lastName}@example.com`.toLowerCase());
  const attributes = { email: addressOf(human), lastName: human.lastName };
  Object.assign(book.said, attributes);
  office.count('rename');
  say(office, book, { kind: 'mover', attributes });
};

const leave: Step = (office, _human, book) => {
  const { schedule } = office;
  if (book.starts !== undefined) return; // a first day that is called off is said otherwise by every system
  const now = schedule.now();
  if (schedule.chance(0.5)) {
    book.ends = now + schedule.between(MINUTE, 12 * HOUR);
    return say(office, book, { kind: 'leaver', from: book.ends, employment: 'ended' });
  }
  book.employment = schedule.chance(0.3) ? 'ended-now' : 'ended';
  say(office, book, { kind: 'leaver', employment: book.employment });
};

const goOnLeave: Step = (office, _human, book) => {
  const { schedule } = office;
  if (book.employment !== 'active') return;
  if (schedule.chance(0.3)) {
    book.pauses = schedule.now() + schedule.between(MINUTE, 10 * HOUR);
    return say(office, book, { kind: 'mover', from: book.pauses, employment: 'suspended' });
  }
  book.employment = 'suspended';
  say(office, book, { kind: 'mover', employment: 'suspended' });
};

const comeBack: Step = (office, _human, book) => {
  book.employment = 'active';
  say(office, book, { kind: 'mover', employment: 'resumed' });
};

const stay: Step = (office, _human, book) => {
  delete book.ends;
  say(office, book, { kind: 'mover', employment: 'stays' });
};

export const restate: Step = (office, _human, book) => {
  const { firstName } = book.said;
  if (firstName !== undefined) say(office, book, { kind: 'mover', attributes: { firstName } });
};

const correct: Step = (office, human, book) => {
  delete human.borrowed;
  book.said.email = addressOf(human);
  say(office, book, { kind: 'mover', attributes: { email: addressOf(human) } });
};

function nextStep({ schedule }: Office, human: Human, book: Book): Step {
  if (human.borrowed !== undefined && schedule.chance(0.4)) return correct;
  if (book.employment === 'ended' || book.employment === 'ended-now')
    return book.ends !== undefined || schedule.chance(0.3) ? restate : join;
  if (book.pauses !== undefined) return schedule.pick([move, restate]); // nothing that would have to be weighed against it
  if (book.employment === 'suspended') return schedule.pick([comeBack, comeBack, move, leave]);
  if (book.ends !== undefined) return schedule.chance(0.5) ? stay : schedule.chance(0.5) ? leave : move;
  return schedule.pick([move, move, rename, leave, leave, goOnLeave, restate]);
}

/** From the first word of a source until its office closes. */
export function career(office: Office, human: Human, book: Book, isKnown = false): void {
  const { schedule } = office;
  const go = (): void => {
    if (schedule.now() > office.closes) return;
    turnTo(book, schedule.now());
    nextStep(office, human, book)(office, human, book);
    schedule.at(schedule.now() + pause(schedule), go);
  };
  if (!isKnown) join(office, human, book);
  schedule.at(schedule.now() + pause(schedule) + (human.books.length > 1 ? SETTLED : 0), go);
}

function pause(schedule: Schedule): number {
  if (schedule.chance(0.15)) return schedule.between(1, 2 * SECOND); // everything is said at once
  return schedule.chance(0.3) ? schedule.between(SECOND, 10 * MINUTE) : schedule.between(HOUR, 12 * HOUR);
}

/** A contractor is employed: one source ends what another one begins, in any order, with an hour between or none. */
export function convert(office: Office, human: Human, from: Book, to: Book): void {
  office.count('conversion');
  turnTo(from, office.schedule.now());
  join(office, human, to);
  if (from.employment === 'active' && from.ends === undefined && from.pauses === undefined) leave(office, human, from);
  office.schedule.at(office.schedule.now() + SETTLED, () => career(office, human, to, true));
}

/** All that a system has in its books, over and over: only the number of sayings grows. */
export function chatter(office: Office, human: Human, book: Book, times: number): void {
  const { schedule } = office;
  const go = (left: number): void => {
    if (left === 0 || schedule.now() > office.closes) return;
    turnTo(book, schedule.now());
    const { employment } = book;
    if (employment !== 'none' && human.borrowed === undefined)
      say(office, book, { kind: 'mover', employment, attributes: { ...book.said } });
    schedule.at(schedule.now() + schedule.between(SECOND, 30 * MINUTE), () => go(left - 1));
  };
  go(times);
}

/** A ticketing system that knows nobody's number, only addresses; no authority over who is employed. */
export function ticket(office: Office, human: Human, book: Book): void {
  const attributes = { department: office.schedule.pick(DEPARTMENTS), email: human.addresses[0] ?? '' };
  Object.assign(book.said, attributes);
  say(office, book, { kind: 'mover', attributes });
}
