import { toIso } from '../../lib/time.ts';
import type { Human } from './people.ts';
import type { Run } from './play.ts';
import { wordsOn } from './rejections.ts';

type Line = [at: number, text: string];

/** One human's history in order: what was said, what became of it, what was sent to Bitsight and what changed there. */
export async function storyOf(run: Run, n: number): Promise<string[]> {
  const human = run.office.humans.find((one) => one.n === n);
  if (human === undefined) return [`There is no human ${n}.`];
  const lines = [...deliveries(run, human), ...changes(run, human), ...(await receipts(run, human))];
  const ordered = lines.sort(([a], [b]) => a - b).map(([at, text]) => `${toIso(at)} ${text}`);
  return [`human ${n}: ${JSON.stringify(human)}`, `config: ${JSON.stringify(run.world.config)}`, ...ordered];
}

const isTheirs = ({ addresses }: Human, email: unknown): boolean =>
  typeof email === 'string' && addresses.includes(email.trim().toLowerCase());

function deliveries(run: Run, human: Human): Line[] {
  const theirs = wordsOn(run, human);
  const received = new Set(theirs.map((event) => event.received));
  return [
    ...theirs.map((event): Line => {
      const { receivedAt, received: name, id, kind, said, from, employment = '', attributes } = event;
      const times = `said ${toIso(said)} from ${toIso(from)}`;
      return [receivedAt, `${name} ${id}: ${kind} ${employment} ${times} ${JSON.stringify(attributes)}`];
    }),
    ...run.world.published
      .filter((outcome) => received.has(outcome.received))
      .map(({ at, received: name, result, what, code, pid }): Line => [
        at,
        `${name} is ${result} ${what ?? code} (${pid})`,
      ]),
  ];
}

function changes({ world, watch }: Run, human: Human): Line[] {
  const effects = world.core.record.effects.filter(({ change }) =>
    [change.before, change.after].some((account) => isTheirs(human, account?.email)),
  );
  const guids = effects.map(({ change }) => (change.after ?? change.before)?.guid ?? '');
  const calls = watch.calls.filter(
    ({ method, email, path }) =>
      method !== 'GET' && (isTheirs(human, email) || guids.some((guid) => path.endsWith(guid))),
  );
  return [
    ...calls.map(({ at, method, answer }): Line => [at, `${method}: ${answer}`]),
    ...effects.map(({ at, actor, change }): Line => [at, `by ${actor}: ${JSON.stringify(change.after)}`]),
  ];
}

async function receipts({ world }: Run, human: Human): Promise<Line[]> {
  const people = (await world.people()).filter(({ emails }) => emails.some((email) => isTheirs(human, email)));
  const all = await Promise.all(people.map(({ pid }) => world.receipts(pid)));
  return all.flat().map(({ provenAt, seq, what, why }): Line => [provenAt, `receipt ${seq}: ${what}, ${why}`]);
}
