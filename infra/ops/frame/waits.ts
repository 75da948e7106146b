import { decide } from '../../../lib/lifecycle/decide.ts';
import { readGate } from '../../../lib/lifecycle/gate.ts';
import type { Person } from '../../../lib/lifecycle/ledger.ts';
import type { Target } from './target.ts';
import { heldText, reason, when } from './words.ts';

/** What is open about a person, the most pressing first; empty: nothing. */
export async function waitsOf({ store, config, clock }: Target, person: Person): Promise<string[]> {
  const { op, held, tries, open, owed, outbox, tickets, wakeAt, posted } = person;
  const now = clock.now();
  const gate = await readGate(store);
  const { nextAt } = decide(person, config, now);
  const told = [...open.map(({ from }) => from), ...Object.values(owed ?? {}).map(({ at }) => at), now];
  const lines = [
    op && `${op.kind} under way since ${when(op.startedAt)} (${reason(op.why)})`,
    held && `held since ${when(held.at)}: ${heldText(held)}`,
    tries && `tried ${tries.count} times, last ${tries.code}`,
    posted && `an account was asked for at ${when(posted.at)} and is not proven yet`,
    ...open.map(({ source, kind, from }) => `${kind} of ${source}, ${from > now ? `from ${when(from)}` : 'due'}`),
    ...Object.entries(owed ?? {}).map(([source, { at, failed }]) => {
      return `the HR system of ${source} is asked ${at > now ? `at ${when(at)}` : 'now'}${vain(failed)}`;
    }),
    outbox.length > 0 && `${outbox.length} outcomes to be published`,
    ...(tickets ?? []).map(({ source, ticket, answer }) => {
      return answer && `ticket ${ticket} of ${source} is not answered yet${vain(answer.tries)}`;
    }),
    nextAt !== undefined && nextAt >= now && !told.includes(nextAt) && `something changes at ${when(nextAt)}`,
    wakeAt !== undefined &&
      wakeAt !== nextAt &&
      !told.includes(wakeAt) &&
      `looked at again ${wakeAt < now ? 'now' : `at ${when(wakeAt)}`}`,
  ].filter((line) => typeof line === 'string');
  if (lines.length === 0) return [];
  const { stopped, stoppedOnly = [], pausedUntil = 0 } = gate;
  return [
    ...lines,
    ...(stopped ? ['and all writes are stopped; npm run ops -- resume'] : []),
    ...(stoppedOnly.length > 0 ? [`and ${stoppedOnly.join(', ')} are stopped; npm run ops -- resume`] : []),
    ...(pausedUntil > now ? [`and all calls are paused until ${when(pausedUntil)}`] : []),
  ];
}

const vain = (tries: number): string => (tries > 0 ? `, so far in vain: ${tries}` : '');
