import type { SimulatorCore } from '../../infra/local/bitsight-simulator/simulator.ts';
import { HOUR, MINUTE } from '../../lib/time.ts';
import { career, chatter, convert, restate, SETTLED, ticket, type Office } from './careers.ts';
import type { HrPeople } from '../support/memory/directory.ts';
import { turnTo, type Book, type Human } from './people.ts';
import type { Schedule } from './schedule.ts';

export const GUARDED = 'break-glass@example.com';

/** Everybody, with the day on which their first source speaks of them and what somebody does to their account by hand. */
export function populate(office: Office, core: SimulatorCore, size: number): void {
  const { schedule, humans } = office;
  for (let n = 1; n <= size; n++) {
    const human = newHuman(schedule, n);
    humans.push(human);
    for (const book of human.books) schedule.at(firstWord(schedule, human, book), () => begin(office, human, book));
    if (human.guarded === true || schedule.chance(0.25)) byHand(office, core, human);
  }
}

function begin(office: Office, human: Human, book: Book): void {
  const lender = office.schedule.chance(0.3) ? lenderOf(human, office.humans) : undefined;
  if (lender !== undefined) human.borrowed = lender.addresses[0] ?? '';
  if (book.source === 'tickets') return ticket(office, human, book);
  const [first] = human.books;
  if (human.converts === true && first !== undefined && book !== first) return convert(office, human, first, book);
  career(office, human, book);
  if (office.schedule.chance(0.02)) chatter(office, human, book, 40);
}

function firstWord(schedule: Schedule, { books, since, converts }: Human, book: Book): number {
  if (book === books[0]) return since;
  if (converts === true && book.source === 'hr') return since + schedule.between(2 * SETTLED, 4 * SETTLED);
  // Two sources may speak of the same person in the same moment; whoever knows addresses only comes when they are known.
  return since + (book.employeeId === undefined ? schedule.between(SETTLED, 2 * SETTLED) : schedule.between(0, 50));
}

function newHuman(schedule: Schedule, n: number): Human {
  const [firstName, lastName] = [`Ada${n}`, `Qzorn${n}`];
  const since = schedule.now() + schedule.between(0, 10 * HOUR);
  const draw = schedule.random();
  const hr: Book = { source: 'hr', employeeId: `E${n}`, employment: 'none', said: {}, words: [] };
  const contractor: Book = { ...hr, source: 'contractors', employeeId: `C${n}`, said: {}, words: [] };
  const tickets: Book = { source: 'tickets', employment: 'none', said: {}, words: [] };
  const converts = draw >= 0.85 && draw < 0.92;
  const books =
    draw < 0.6
      ? [hr]
      : draw < 0.75
        ? [hr, contractor]
        : draw < 0.85
          ? [contractor]
          : converts
            ? [contractor, hr]
            : [hr, tickets];
  const guarded = n === 1 && schedule.chance(0.3);
  const address = guarded ? GUARDED : `${firstName}.${lastName}@example.com`.toLowerCase();
  return {
    n,
    firstName,
    lastName,
    addresses: [address],
    books,
    since,
    touched: 'no',
    strangers: [],
    decisions: [],
    guarded,
    converts,
  };
}

/** Somebody of the same source who is known for long enough: another number under the same address is another person. */
function lenderOf({ since, books, guarded }: Human, others: readonly Human[]): Human | undefined {
  if (guarded === true || books.length > 1 || books[0]?.source !== 'hr') return undefined;
  return others.find((one) => one.lends === true && one.guarded !== true && one.since + SETTLED < since);
}

type Deed = { touches: Human['touched']; does: (core: SimulatorCore, guid: string, human: Human) => void };
export const DEEDS: Record<string, Deed> = {
  'role changed': {
    touches: 'mended',
    does: (core, guid) => core.edit(guid, { roles: ['customer_portfolio_manager'] }),
  },
  'made a contact': { touches: 'mended', does: (core, guid) => core.edit(guid, { is_available_for_contact: true }) },
  'written in capitals': {
    touches: 'mended',
    does: (core, guid) => core.edit(guid, { email: core.user(guid)?.email.toUpperCase() }),
  },
  'old address given to a stranger': {
    touches: 'mended',
    does: (core, _guid, { addresses, strangers }) => {
      const [old = '', ...later] = addresses;
      if (later.length > 0 && core.usersWith(old).length === 0)
        strangers.push(core.create({ email: old, formal_name: 'A Stranger' }));
    },
  },
  'given the old address': {
    touches: 'mended',
    does: (core, guid, { addresses }) => core.edit(guid, { email: addresses[0] }),
  },
  deleted: { touches: 'mended', does: (core, guid) => core.edit(guid, null) },
  deactivated: { touches: 'decided', does: (core, guid) => core.edit(guid, { status: 'Deactivated' }) },
  doubled: {
    touches: 'decided',
    does: (core, _guid, { addresses }) => core.create({ email: addresses[0]?.toUpperCase() }),
  },
};

function byHand(office: Office, core: SimulatorCore, human: Human): void {
  const { schedule, count } = office;
  if (human.guarded === true || schedule.chance(0.2)) {
    human.touched = 'decided';
    schedule.at(human.since - MINUTE, () => {
      count('by hand: made before us');
      core.create({ email: human.addresses[0], formal_name: 'By Hand', roles: ['customer_group_admin'] });
    });
  }
  const [what, { touches, does }] = schedule.pick(Object.entries(DEEDS) as [[string, Deed], ...[string, Deed][]]); // -- not empty
  schedule.at(human.since + schedule.between(0, 12 * HOUR), () => {
    const account = human.addresses.flatMap((address) => core.usersWith(address))[0];
    if (account === undefined || human.guarded === true) return;
    count(`by hand: ${what}`);
    if (human.touched !== 'decided') human.touched = touches;
    does(core, account.guid, human);
  });
}

/** Once more a word about everybody: whatever drifted since the last look is mended now. */
export function nudge(office: Office): void {
  for (const human of office.humans) {
    const [book] = human.books;
    if (book !== undefined) restate(office, human, book);
  }
}

/** What HR answers whoever asks it: what stands in its books by then, and was said. */
export function openBooks({ schedule, humans }: Office, hr: HrPeople): void {
  for (const book of humans.flatMap(({ books }) => books.filter(({ source }) => source === 'hr')))
    hr.set(`hr/${book.employeeId}`, {
      get attributes() {
        turnTo(book, schedule.now());
        return { ...book.said };
      },
      employment: [],
    });
}
