import { posix } from 'node:path';
import {
  BATCH_TRANSITIONS,
  BY_TIME,
  GUARDS,
  ITEMS,
  LEASE,
  STATES,
  STEPS,
  TRANSITIONS,
  type State,
} from '../../lib/lifecycle/states.ts';
import { page, table } from './markdown.ts';

/** docs/ledger.md, from the tables that every write of a person is held against in the soak and the crash sweep. */
export function ledgerPage(): string {
  return page('The ledger as a state machine', 'lib/lifecycle/states.ts', [
    'Every write of a person item in the crash sweep and in the seeded histories (`npm run soak`) is held against these tables: a transition that is not here fails them, and so does one that is here and never happens.',
    '## States of a person',
    table(
      ['state', 'means'],
      Object.entries(STATES).map(([name, means]) => [name, means]),
    ),
    'The first question whose answer is yes decides: is there no item, is there an operation (claimed, unproven), was a try put off, is something due, is there something to tell, does somebody have to decide, does something lie ahead?',
    diagram(),
    '`quiet` stands for each of the four states in it. Steps that leave a person in the same state are in the table below only.',
    '## Steps',
    'Each step is one conditional Put of the whole item. Guards hold for every one of them; the tests look at them from outside, without knowing which code wrote.',
    table(
      ['step', 'what it does', 'where', 'guards'],
      Object.entries(STEPS).map(([name, { does, by, guards }]) => [
        name,
        does,
        `\`${posix.join('lifecycle', `${by}.ts`).replace('../', '')}\``,
        guards.join(', '),
      ]),
    ),
    table(
      ['guard', 'means'],
      Object.entries(GUARDS).map(([name, means]) => [name, means]),
    ),
    '## Transitions',
    table(
      ['step', 'from', 'to'],
      moves().map(({ step, from, to }) => [step, from, to.join(', ')]),
    ),
    '## Lease and fence',
    'Instants are wall time. An operation has one owner, told by `op.token`; whoever finds another token than the own one writes nothing.',
    table(
      ['when', 'formula', 'why'],
      Object.entries(LEASE).map(([when, { formula, says }]) => [when, formula, says]),
    ),
    '## Items',
    'ABSENT: written once and never again. CAS: ABSENT first, then under the version that was read.',
    table(
      ['item', 'key', 'what it holds', 'written by', 'condition', 'rule'],
      Object.entries(ITEMS).map(([name, { key, holds, by, condition, rule = '' }]) => [
        name,
        `\`${key.pk}\` / \`${key.sk}\``,
        holds,
        by,
        condition,
        rule,
      ]),
    ),
    '## Batches of a blown fuse',
    mermaid(
      Object.entries(BATCH_TRANSITIONS).flatMap(([from, tos]) =>
        tos.filter((to) => to !== from).map((to) => `${from} --> ${to}`),
      ),
    ),
  ]);
}

interface Move {
  step: string;
  from: State;
  to: readonly State[];
}
function moves(): Move[] {
  return [...Object.entries(TRANSITIONS), ['time alone', BY_TIME] as const].flatMap(
    ([step, table]) => Object.entries(table).map(([from, to]) => ({ step, from: from as State, to })), // -- keys of the table
  );
}

const QUIET: readonly State[] = ['telling', 'held', 'waiting', 'resting'];

/** One arrow for all steps between two states. */
function diagram(): string {
  const arrows = new Map<string, Set<string>>();
  for (const { step, from, to } of moves())
    for (const state of to) {
      if (state === from) continue;
      const leaves = QUIET.includes(from) && !QUIET.includes(state);
      const arrow = `${from === 'absent' ? '[*]' : leaves ? 'quiet' : from} --> ${state}`;
      arrows.set(arrow, (arrows.get(arrow) ?? new Set()).add(step));
    }
  const inside = ['state quiet {', ...QUIET.map((state) => `  ${state}`), '}'];
  return mermaid([...inside, ...[...arrows].map(([arrow, steps]) => `${arrow}: ${[...steps].join(', ')}`)]);
}

const mermaid = (lines: readonly string[]): string =>
  ['```mermaid', 'stateDiagram-v2', ...lines.map((line) => `  ${line}`), '```'].join('\n');
