import { normalise } from '../../../infra/local/bitsight-simulator/account.ts';
import type { Saying, Source, Told } from './lives.ts';
import { GRANTS, HEAD, PROTECTED, type Grant } from './policy.ts';

/** What a person's account should be in the end. `untouched`: as somebody else made it. */
export type Expected =
  | { kind: 'none' | 'untouched' }
  | { kind: 'account'; email: string; formalName: string; friendlyName: string; grant: Grant };

/**
 * What the events and the policy mean, written a second time and from nothing but the statements themselves: per source
 * the latest hire or leave and the latest value of each attribute; BambooHR is believed before the other.
 */
export function expected(sayings: readonly Saying[], before: string | undefined): Expected {
  const there: Expected = { kind: before === undefined ? 'none' : 'untouched' };
  if (before !== undefined && PROTECTED.includes(before)) return there;
  const states = (['bamboohr', 'hr'] as const).map((source) => employment(of(sayings, source)));
  const active = states.includes('hired') && !states.includes('dismissed');
  if (!active) return { kind: states.some((state) => state !== undefined) ? 'none' : there.kind };
  if (before !== undefined) return there;
  const told = { ...latest(of(sayings, 'hr')), ...latest(of(sayings, 'bamboohr')) };
  const grant = granted(told);
  const { email, firstName, lastName } = told;
  if (grant === undefined || email === undefined || firstName === undefined || lastName === undefined)
    return { kind: 'none' };
  const formalName = `${firstName} ${lastName}`;
  return { kind: 'account', email: normalise(email), formalName, friendlyName: firstName, grant };
}

function of(sayings: readonly Saying[], source: Source): Saying[] {
  return sayings.filter((saying) => saying.source === source).sort((a, b) => a.said - b.said);
}

function employment(sayings: readonly Saying[]): 'hired' | 'left' | 'dismissed' | undefined {
  const last = sayings.findLast(({ kind }) => kind !== 'changed');
  if (last === undefined) return undefined;
  return last.kind === 'left' && last.involuntary === true ? 'dismissed' : last.kind === 'hired' ? 'hired' : 'left';
}

function latest(sayings: readonly Saying[]): Told {
  return Object.assign({}, ...sayings.map(({ told }) => told));
}

function granted({ department, jobTitle }: Told): Grant | undefined {
  const grants: Record<string, Grant> = GRANTS;
  return jobTitle === HEAD ? undefined : grants[department ?? ''];
}
