import { normaliseEmail } from '../../../lib/email.ts';
import type { ArmedKind } from '../../../lib/lifecycle/event.ts';
import { limitsOf } from '../../../lib/lifecycle/fuse.ts';
import { readGate } from '../../../lib/lifecycle/gate.ts';
import { knownPeople } from '../../../lib/lifecycle/population.ts';
import { tellVerdict } from '../../../lib/review/tell.ts';
import { verdictText } from '../../../lib/review/verdicts.ts';
import { roleText } from '../../../lib/review/worksheet.ts';
import type { Given, Report } from '../frame/command.ts';
import { writeDecision } from '../frame/decision.ts';
import { table } from '../frame/table.ts';
import type { Target } from '../frame/target.ts';
import { identitiesOf, readStanding, type Standing } from './standing.ts';
import { PERSON, waitsFor } from './status.ts';

interface Planned {
  tell: Standing[];
  /** Decided, but nobody can be told. */
  others: Standing[];
  text: string;
}

/** What the decisions would change that the workers have not been told of. */
export async function plan(target: Target, _given: Given, id: string): Promise<Report> {
  const { tell, others, text } = await planned(target, id);
  return {
    text: tell.length === 0 ? text : `${text}\n\nnpm run ops -- review apply ${id} asks, and tells the workers.`,
    data: [...tell, ...others].map(({ row, decided, why }) => ({
      row: row.n,
      decision: decided && verdictText(decided),
      why,
    })),
    attention: tell.length + others.length > 0,
  };
}

/** Shows it, asks, and tells the workers of each row. */
export async function apply(target: Target, given: Given, id: string): Promise<Report> {
  const { tell, text } = await planned(target, id);
  if (tell.length === 0) return { text, data: { told: 0 } };
  await given.confirm(text, id);
  const identities = await identitiesOf(target);
  let told = 0;
  for (const { decided, row } of tell)
    if (decided && (await tellVerdict(identities, target, id, decided, row)) === undefined) told += 1;
  await writeDecision(target, given, 'review apply', { review: id, told, rows: tell.map(({ row }) => row.n) });
  return {
    text: `${told} decisions are with the workers. npm run ops -- review status ${id} tells what is proven, and what is held.`,
    data: { told },
    attention: told < tell.length,
  };
}

async function planned(target: Target, id: string): Promise<Planned> {
  const { rows } = await readStanding(target, id);
  const open = rows.filter(({ toTell }) => toTell);
  const [tell, others] = [open.filter(({ why }) => why === undefined), open.filter(({ why }) => why !== undefined)];
  if (open.length === 0) return { tell, others, text: 'The workers know of every decision that changes something.' };
  const text = [
    ...(tell.length === 0
      ? []
      : [
          table(tell, [
            ...PERSON,
            { title: 'role now', of: ({ row }) => roleText(row.account) },
            { title: 'note', of: ({ decided }) => decided?.note, folds: true },
          ]),
        ]),
    ...(others.length === 0 ? [] : [table(others, [...PERSON, { title: 'not told', of: waitsFor, folds: true }])]),
    (await figures(target, tell)).join('\n'),
  ];
  return { tell, others, text: text.join('\n\n') };
}

/** How many of each, and what will stop some of them. */
async function figures({ store, config, name }: Target, tell: readonly Standing[]): Promise<string[]> {
  const of = (verdict: string): number => tell.filter(({ decided }) => decided?.verdict === verdict).length;
  const [revoked, changed, back] = [of('revoke'), of('change'), of('keep')];
  const guarded = new Set(config.protected.map(normaliseEmail));
  const protectedRows = tell.filter(({ row }) => row.own.some((email) => guarded.has(email))).length;
  const { armed } = await readGate(store);
  const kinds: ArmedKind[] = [
    ...(revoked > 0 ? ['leavers' as const] : []),
    ...(changed + back > 0 ? ['movers' as const] : []),
  ];
  const unarmed = kinds.filter((kind) => !armed[kind]);
  const { hour } = limitsOf(config.fuse.offboardings, await knownPeople(store));
  return [
    `On ${name}: access ends for ${revoked}, another role for ${changed}, ${back} get back what an earlier decision took.`,
    ...(hour !== undefined && revoked > hour
      ? [`The fuse lets ${hour} go within an hour; whoever is more waits as a batch.`]
      : []),
    ...(protectedRows > 0 ? [`Protected by the configuration, and therefore held: ${protectedRows}.`] : []),
    ...unarmed.map((kind) => `Only planned until ${kind} are armed: npm run ops -- arm ${kind}.`),
  ];
}
