import { AppError } from '../../lib/errors.ts';
import { readPerson } from '../../lib/lifecycle/identity.ts';
import { SeenSchema, type Person, type Receipt, type Seen } from '../../lib/lifecycle/ledger.ts';
import { DAY, HOUR, MINUTE } from '../../lib/time.ts';
import { type Command, TEXT } from './frame/command.ts';
import { receiptsOf } from './frame/history.ts';
import { namedAs } from './frame/person.ts';
import type { Refusal } from './frame/refusals.ts';
import { table } from './frame/table.ts';
import type { Target } from './frame/target.ts';
import { when } from './frame/words.ts';

/** One delivery, from the door to its end. */
interface Line {
  at: number;
  /** What the sender was told. */
  answer: number;
  source: string;
  who: string;
  meaning: string;
  result: string;
}

const NOTE = 'What the door refused does not stand in the ledger; the log of the function webhook has it, by its code.';

export const command: Command = {
  summary: 'one line for each delivery: answer, meaning, result',
  usage: '[--since <1h>]',
  help: 'Read from the ledger, which keeps deliveries for 14 days; on localhost also what the door refused.',
  options: { since: TEXT },
  async run(target, { options }) {
    const { since = '1h' } = options;
    const from = target.clock.now() - lengthOf(String(since));
    const refused = target.refusals?.().filter(({ at }) => at >= from);
    const lines = [...(await taken(target, from)), ...(refused ?? []).map(refusedLine)].sort((a, b) => a.at - b.at);
    const shown = lines.length === 0 ? `No delivery since ${when(from)}.` : table(lines, COLUMNS);
    return { text: refused === undefined ? `${shown}\n\n${NOTE}` : shown, data: lines };
  },
};

const COLUMNS = [
  { title: 'time', of: ({ at }: Line) => when(at) },
  { title: 'answer', of: ({ answer }: Line) => answer, right: true },
  { title: 'source', of: ({ source }: Line) => source },
  { title: 'who', of: ({ who }: Line) => who },
  { title: 'meaning', of: ({ meaning }: Line) => meaning },
  { title: 'result', of: ({ result }: Line) => result },
];

const UNITS: Record<string, number> = { m: MINUTE, h: HOUR, d: DAY };

function lengthOf(since: string): number {
  const [, count, unit = ''] = /^(\d{1,4})([mhd])$/.exec(since) ?? [];
  if (count === undefined) throw new AppError('ARGUMENT_INVALID', '--since: a length of time such as 30m, 4h or 2d.');
  return Number(count) * (UNITS[unit] ?? 0);
}

/** Whatever was recorded; a delivery that only waits in a lane is not there yet. */
async function taken(target: Target, from: number): Promise<Line[]> {
  const seen: Seen[] = [];
  for await (const item of target.store.scan()) {
    const one = item.sk === 'S' ? SeenSchema.parse(item) : undefined;
    if (one !== undefined && one.at >= from) seen.push(one);
  }
  const people = new Map<string, Known>();
  for (const pid of new Set(seen.flatMap((one) => one.pid ?? []))) {
    const person = await readPerson(target.store, pid);
    if (person !== undefined) people.set(pid, { person, receipts: await receiptsOf(target.store, person) });
  }
  return seen.map((one) => lineOf(target, one, people.get(one.pid ?? '')));
}

interface Known {
  person: Person;
  receipts: Receipt[];
}

function lineOf(target: Target, { pk, at, pid = '' }: Seen, known: Known | undefined): Line {
  const event = pk.slice('S#'.length);
  const [source = ''] = event.split(':', 1);
  if (known === undefined) return { at, answer: 200, source, who: pid, meaning: 'unknown', result: 'unknown' };
  const { name, email } = namedAs(known.person, target);
  const line = { at, answer: 200, source, who: name || email || pid };
  return { ...line, meaning: meaningOf(known.person, event), result: resultOf(known, event, at, target.clock.now()) };
}

/** What is said of employment first; attributes by name. */
function meaningOf({ facts }: Person, event: string): string {
  const said = Object.values(facts)
    .flatMap((known) => Object.entries(known))
    .flatMap(([name, sayings]) => sayings.filter((one) => one.event === event).map(({ value }) => ({ name, value })));
  const employment = said.find(({ name }) => name === 'employment')?.value;
  const names = said.map(({ name }) => name).filter((name) => name !== 'employment' && name !== 'employeeId');
  if (typeof employment === 'string') return `employment ${employment}`;
  return names.length === 0 ? 'nothing new' : names.join(', ');
}

/** Of a delivery that was held, the ledger keeps what came of it later, not that it was. */
function resultOf({ person, receipts }: Known, event: string, at: number, now: number): string {
  const own = receipts.find(({ events }) => events.includes(event));
  if (own !== undefined) return `${own.what}, receipt ${own.seq}`;
  const open = person.open.find((one) => one.event === event);
  if (open !== undefined) return open.from > now ? `waits until ${when(open.from)}` : 'in work';
  if (person.held !== undefined) return `held ${person.held.code}`;
  const later = receipts.find(({ provenAt }) => provenAt >= at);
  return later === undefined ? 'settled' : `held, then ${later.what}, receipt ${later.seq}`;
}

function refusedLine({ at, status, source, code }: Refusal): Line {
  return { at, answer: status, source, who: '', meaning: '', result: `refused ${code}` };
}
