import { pick, seeded, type Random } from '../../../infra/local/bitsight-simulator/random.ts';
import { SECOND, toIso } from '../../../lib/time.ts';
import { lifeOf, protectedLives, type Life, type Saying, type Source } from './lives.ts';

/** One webhook as it is sent. */
export interface Delivery {
  source: Source;
  id: string;
  body: unknown;
  /** Told for the first time, told again in the same or in other words under the same id, or signed with a wrong key. */
  kind: 'first' | 'again' | 'other words' | 'forged';
}
export interface Story {
  lives: Life[];
  /** Of each person, in order. */
  sayings: Map<number, Saying[]>;
  /** In the order in which they are sent. */
  deliveries: Delivery[];
}

const WEBHOOKS_A_PERSON = 3.33;
/** How many places a webhook may be sent too early or too late, and how many later it may come again. */
const JITTER = 30;
const AGAIN_WITHIN = 200;

/** So many webhooks, and some forged ones besides. All of it was said before `until`, epoch milliseconds. */
export function tellStory({ events, seed, until }: { events: number; seed: number; until: number }): Story {
  const random = seeded(seed);
  const people = Math.ceil(events / WEBHOOKS_A_PERSON);
  const lives = [...Array.from({ length: people }, (_, n) => lifeOf(n, random)), ...protectedLives(people)];
  const sayings = said(lives, random, until);
  const first = webhooksOf(sayings, random).map((delivery, n) => ({ ...delivery, at: n + random() * JITTER }));
  if (first.length > events) throw new Error(`${people} people need ${first.length} webhooks, not ${events}`);
  const some = (): Turn[] => first.slice(Math.floor(random() * first.length)).slice(0, 1);
  const again = Array.from({ length: events - first.length }, some)
    .flat()
    .map((delivery) => repeated(delivery, random));
  const forged = Array.from({ length: Math.ceil(events / 100) }, some)
    .flat()
    .map((delivery) => ({ ...delivery, id: `forged-${delivery.id}`, kind: 'forged' as const }));
  const deliveries = [...first, ...again, ...forged].sort((a, b) => a.at - b.at);
  return { lives, sayings: Map.groupBy(sayings, ({ person }) => person), deliveries };
}

/** The lives side by side: each in its own order, a second between any two statements. */
function said(lives: readonly Life[], random: Random, until: number): Saying[] {
  const drawn = lives.flatMap(({ person, steps }) => {
    const turns = steps.map(() => random()).sort((a, b) => a - b);
    return steps.map((step, n) => ({ turn: turns[n] ?? 1, saying: { ...step, person } }));
  });
  const inOrder = drawn.sort((a, b) => a.turn - b.turn).map(({ saying }) => saying);
  return inOrder.map((saying, n) => ({ ...saying, said: until - (inOrder.length - n) * SECOND }));
}

/** BambooHR puts up to three people into one webhook; the other source tells of one at a time. */
function webhooksOf(sayings: readonly Saying[], random: Random): Delivery[] {
  const deliveries: Delivery[] = [];
  let batch: Saying[] = [];
  for (const saying of sayings) {
    if (saying.source === 'hr') deliveries.push(webhook('hr', hrBody(saying), deliveries.length));
    else batch.push(saying);
    if (batch.length === 0 || (batch.length < 3 && random() < 0.4)) continue;
    deliveries.push(webhook('bamboohr', { employees: batch.map(bamboohrEntry) }, deliveries.length));
    batch = [];
  }
  if (batch.length > 0)
    deliveries.push(webhook('bamboohr', { employees: batch.map(bamboohrEntry) }, deliveries.length));
  return deliveries;
}

/** A webhook and its place in the order of sending. */
type Turn = Delivery & { at: number };

const webhook = (source: Source, body: unknown, n: number): Delivery => ({ source, body, id: `w-${n}`, kind: 'first' });

/** Later once more; BambooHR has no ids, so other words of it would be news of its own. */
function repeated(delivery: Turn, random: Random): Turn {
  const at = delivery.at + random() * AGAIN_WITHIN;
  if (delivery.source === 'bamboohr' || random() < 0.8) return { ...delivery, at, kind: 'again' };
  return { ...delivery, at, kind: 'other words', body: { ...Object(delivery.body), note: pick(random, ['a', 'b']) } };
}

function hrBody({ person, kind, said, told, involuntary }: Saying): unknown {
  const { email, ...rest } = told;
  const type = { hired: 'employee.hired', changed: 'employee.changed', left: 'employee.terminated' }[kind];
  const data = { employeeId: `H${person}`, ...(email !== undefined && { workEmail: email }), ...rest };
  return { type, timestamp: toIso(said), data: { ...data, ...(involuntary && { involuntary }) } };
}

const LABELS = {
  email: 'Work Email',
  firstName: 'First Name',
  lastName: 'Last Name',
  department: 'Department',
  jobTitle: 'Job Title',
} as const satisfies Record<keyof Saying['told'], string>;

function bamboohrEntry({ person, kind, said, told }: Saying): unknown {
  const named = Object.entries(LABELS).flatMap(([name, label]) => {
    const value = told[name as keyof typeof LABELS]; // -- the keys of LABELS; Object.entries widens them
    return value === undefined ? [] : [[label, value] as const];
  });
  const status = { hired: 'Active', left: 'Inactive', changed: undefined }[kind];
  const fields = { ...Object.fromEntries(named), ...(status !== undefined && { Status: status }) };
  // a hire is told as a change of the status: the record may have been there before
  return { id: String(person), action: 'Updated', timestamp: toIso(said), changedFields: Object.keys(fields), fields };
}
