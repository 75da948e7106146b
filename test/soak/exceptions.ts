import type { SimulatorCore } from '../../infra/local/bitsight-simulator/simulator.ts';
import { tellExceptions } from '../../lib/lifecycle/exceptions.ts';
import type { Lanes } from '../../lib/lifecycle/ports.ts';
import { DAY, HOUR, MINUTE, toIso } from '../../lib/time.ts';
import { career } from './careers.ts';
import { checkOnTime } from './on-time.ts';
import type { Book, Human } from './people.ts';
import type { Run } from './play.ts';
import { roughPorts, type Ports } from './sweeper.ts';

/** What the list of exceptions says of somebody whom no source knows. */
export interface Exception {
  /** The end of the last day, or when the entry was taken away. */
  end: number;
  access: boolean;
  /** When a source begins to speak of them. */
  known: number;
  /** When the entry was taken away although it was put back later. */
  gap?: number;
}
type Entry = Run['world']['config']['exceptions'][number];
const ACCESS = { role: 'customer_group_admin', group: 'Security', features: { 'wfh-ro': true } };

/** Auditors and partners in the configuration; some entries are taken off or prolonged by a later deployment. */
export function listExceptions(run: Run): void {
  const { schedule, world, office } = run;
  if (world.config.fuse.offboardings.hour.count !== 999 || !schedule.chance(0.3)) return;
  for (let n = schedule.between(1, 3); n > 0; n--) list(run, newHuman(run, office.humans.length + 1));
  deploy(run);
}

function newHuman({ schedule, office }: Run, n: number): Human {
  const address = `auditor${n}@example.com`;
  const names = { firstName: `Audit${n}`, lastName: `Qzorn${n}` };
  const human: Human = {
    n,
    ...names,
    addresses: [address],
    books: [],
    since: schedule.now(),
    touched: 'no',
    strangers: [],
    decisions: [],
  };
  office.humans.push(human);
  return human;
}

function list(run: Run, human: Human): void {
  const { schedule, world, office } = run;
  const [email = ''] = human.addresses;
  const access = schedule.chance(0.6);
  if (!access) made(world.core, email);
  const today = Math.floor(schedule.now() / DAY) * DAY;
  const last = today + schedule.between(0, 4) * DAY;
  const name = `${human.firstName} ${human.lastName}`;
  const entry = {
    email,
    why: 'audit',
    owner: 'owner@example.com',
    until: dateOf(last),
    ...(access && { access: ACCESS, name }),
  };
  const exception: Exception = { end: last + DAY - run.ahead * HOUR, access, known: Infinity };
  human.exception = exception;
  setList(run, (entries) => [...entries, entry]);
  checkOnTime(run, human, exception.end);
  if (access && schedule.chance(0.4)) becomeEmployed(run, human, exception);
  if (!schedule.chance(0.5)) return;
  const at = schedule.now() + schedule.between(2 * HOUR, 20 * HOUR);
  const isProlonged = schedule.chance(0.5);
  if (at + 3 * HOUR > exception.end) return;
  schedule.at(at, () => {
    office.count(isProlonged ? 'exception prolonged' : 'exception taken off the list');
    const { end } = exception;
    exception.end = isProlonged ? end + DAY : at;
    checkOnTime(run, human, exception.end);
    const instead = isProlonged ? [{ ...entry, until: dateOf(last + DAY) }] : [];
    setList(run, (entries) => [...entries.filter((one) => one.email !== email), ...instead]);
    deploy(run);
    const back = at + schedule.between(MINUTE, 4 * HOUR);
    if (isProlonged || !access || back + 3 * HOUR > end || !schedule.chance(0.5)) return;
    schedule.at(back, () => {
      office.count('exception put back');
      Object.assign(exception, { end, gap: at });
      setList(run, (entries) => [...entries, entry]);
      deploy(run);
    });
  });
}

/** From their first word on a source says what holds, whatever the list says. */
function becomeEmployed({ schedule, office }: Run, human: Human, exception: Exception): void {
  exception.known = schedule.now() + schedule.between(HOUR, 17 * HOUR);
  schedule.at(exception.known, () => {
    office.count('exception: HR speaks of them');
    const book: Book = { source: 'hr', employeeId: `E${human.n}`, employment: 'none', said: {}, words: [] };
    human.books.push(book);
    career(office, human, book);
  });
}

const made = (core: SimulatorCore, email: string): void =>
  void core.create({ email, formal_name: 'Known Before', roles: ['customer_portfolio_manager'] });
const dateOf = (instant: number): string => toIso(instant).slice(0, 10);

function setList({ world: { config } }: Run, change: (entries: Entry[]) => Entry[]): void {
  config.exceptions = change(config.exceptions);
}

/** Each deployment tells the list; killed or failing, it is told by the next that gets through. */
function deploy(run: Run): void {
  let isDone = false;
  const turn = (): void => {
    if (isDone) return;
    void tellList(run, roughPorts(run)).then(
      () => (isDone = true),
      () => run.office.count('exceptions: told once more'),
    );
    run.schedule.at(run.schedule.now() + MINUTE, turn);
  };
  turn();
}

export async function tellList(run: Run, { store, lanes }: Ports): Promise<void> {
  const send: Lanes['send'] = async (lane, messages) => {
    for (const message of messages) if (message.type === 'event') note(run, message.event);
    await lanes.send(lane, messages);
  };
  const { config, clock, telemetry } = run.world;
  await tellExceptions({ store, lanes: { send }, clock, telemetry, config });
}

function note({ accepted, office }: Run, event: Run['accepted'][number]): void {
  if (accepted.some(({ received }) => received === event.received)) return;
  accepted.push(event);
  office.count(`exception: ${event.id.split(':').at(-1) ?? ''}`);
}

/** From the record: nobody's access is taken before their last day is over, and whoever has only an account keeps it as it is. */
export function endedTooEarly({ world, office }: Run): string[] {
  return office.humans.flatMap(({ n, exception, addresses: [email] }) => {
    if (exception === undefined) return [];
    const { end, known, gap = Infinity } = exception;
    const effects = world.core.record.effects.filter(
      ({ at, actor, change }) =>
        at < Math.min(end, known, gap) &&
        actor === 'api' &&
        (change.before ?? change.after)?.email.toLowerCase() === email,
    );
    const wrong = effects.filter(({ change: { after } }) => !exception.access || after === null);
    return wrong.map(() => `End: the exception of human ${n} ended before its last day was over`);
  });
}
