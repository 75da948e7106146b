import type { Config } from '../config/schema.ts';
import { normaliseEmail } from '../email.ts';
import { DAY } from '../time.ts';
import { hasAddress } from './identity.ts';
import type { HeldCode, Reason } from './reasons.ts';
import type { Person } from './ledger.ts';
import { decidePolicy, type Attributes, type PolicyDecision } from './policy.ts';
import { viewPerson, type PersonView } from './view.ts';
import type { Rule } from '../config/schema.ts';

/** What should be, from the facts, the policy and the decisions alone; nothing here asks Bitsight. */
export type Desired =
  | {
      kind: 'account';
      rule: string;
      grant: Rule['grant'];
      email: string;
      names: { formalName?: string; friendlyName?: string };
      /** For this person alone, not by a rule. */
      decided: boolean;
      onLeave: boolean;
      /** What has to be known before an account is made. */
      mayNotCreate: string[];
    }
  | { kind: 'back' }
  | { kind: 'gone'; step: 'restrict' | 'delete' | 'deactivate'; why: Reason; laterAt?: number }
  /** `renamed`: the account follows its person to this address, and nothing else changes. */
  | { kind: 'as-is'; why: Reason; renamed?: string }
  | { kind: 'held'; code: HeldCode; names: string[] };

export interface Decision {
  desired: Desired;
  /** When the decision has to be made anew; past: a step that only time brought is due. */
  nextAt?: number;
}

export function decide(person: Person, config: Config, now: number): Decision {
  const view = viewPerson(person.facts, config, now);
  const desired = desiredFor(person, view, config, now);
  const instants = [view.nextAt, desired.kind === 'gone' ? desired.laterAt : undefined].filter(
    (at) => at !== undefined,
  );
  return { desired, ...(instants.length > 0 && { nextAt: Math.min(...instants) }) };
}

function desiredFor(person: Person, view: PersonView, config: Config, now: number): Desired {
  const email = view.attributes.email ?? undefined;
  const ended = view.employment === 'ended';
  const reused = email !== undefined && !person.emails.includes(normaliseEmail(email));
  // Who leaves is known by what is theirs, whatever else is said of them.
  if (reused && !(ended && (person.guid !== undefined || hasAddress(person))))
    return { kind: 'held', code: 'EMAIL_REUSED', names: ['email'] };
  if (ended && view.doubtful) return { kind: 'held', code: 'OLD_END', names: [] };
  if (ended) return gone(person, config, now, 'LEFT');
  if (view.employment === 'pending') return { kind: 'as-is', why: 'NOT_YET' };
  if (view.employment === 'suspended' && config.leaveOfAbsence === 'restrict')
    return { kind: 'gone', step: 'restrict', why: 'ON_LEAVE' };
  const policy = policyFor(view, config);
  if (hasItBack(person, policy, config)) return { kind: 'back' };
  switch (policy.kind) {
    case 'none':
      return unmatched(person, email, config, now);
    case 'conflict':
      return { kind: 'held', code: 'POLICY_CONFLICT', names: policy.rules };
    case 'undecided':
      // whoever asks for what the rule needs asks for the address in one go: without it no rule gives anything
      return { kind: 'held', code: 'MISSING', names: [...policy.missing, ...(email === undefined ? ['email'] : [])] };
    case 'granted':
      return granted(view, email, policy);
  }
}

/** What was decided for this person alone goes before all rules. */
function policyFor({ access, attributes }: PersonView, config: Config): PolicyDecision {
  const decided = access && { kind: 'granted' as const, rule: 'DECIDED' satisfies Reason, grant: access };
  return decided ?? decidePolicy(config.policy.rules, attributes);
}

/** Whom no rule gives anything, or whose access was granted before us, has after a leave what they had before it. */
function hasItBack({ beforeLeave, adopted }: Person, policy: PolicyDecision, { policy: { noMatch } }: Config): boolean {
  if (beforeLeave === undefined || policy.kind === 'granted') return false;
  return policy.kind === 'none' ? noMatch === 'keep' : adopted !== undefined;
}

function unmatched(person: Person, email: string | undefined, config: Config, now: number): Desired {
  const mayHaveAccount = person.guid !== undefined || person.posted !== undefined;
  if (config.policy.noMatch === 'keep' || !mayHaveAccount) {
    const seen = person.guid === undefined ? undefined : person.observed?.email;
    const isRenamed = email !== undefined && seen !== undefined && normaliseEmail(seen) !== normaliseEmail(email);
    return { kind: 'as-is', why: 'NO_RULE', ...(isRenamed && { renamed: email.trim() }) };
  }
  return config.policy.noMatch === 'offboard'
    ? gone(person, config, now, 'NO_RULE')
    : { kind: 'gone', step: 'restrict', why: 'NO_RULE' };
}

function gone(person: Person, config: Config, now: number, why: Reason): Desired {
  if (config.offboarding === undefined)
    return { kind: 'held', code: 'OFFBOARDING_NOT_CHOSEN', names: ['offboarding.mode'] };
  const { mode, graceDays } = config.offboarding;
  if (mode !== 'restrict-then-delete') return { kind: 'gone', step: mode, why };
  if (person.restrictedAt === undefined) return { kind: 'gone', step: 'restrict', why };
  const laterAt = person.restrictedAt + graceDays * DAY;
  return { kind: 'gone', step: laterAt <= now ? 'delete' : 'restrict', why, laterAt };
}

/** Whether restricting for this reason is the first of two steps. */
export function hasGrace(why: string, { offboarding, policy }: Config): boolean {
  const isEnd = why === 'LEFT' || (why === 'NO_RULE' && policy.noMatch === 'offboard');
  return offboarding?.mode === 'restrict-then-delete' && isEnd;
}

/** An account is made only for somebody whom HR called employed; a change alone may update one that is there. */
function granted(view: PersonView, email: string | undefined, policy: { rule: string; grant: Rule['grant'] }): Desired {
  if (email === undefined) return { kind: 'held', code: 'MISSING', names: ['email'] };
  const names = namesOf(view.attributes);
  const onLeave = view.employment === 'suspended';
  const mayNotCreate = [
    ...(view.employment === 'active' || onLeave ? [] : ['employment']),
    ...(names.formalName === undefined ? ['displayName', 'firstName', 'lastName'] : []),
  ];
  return {
    kind: 'account',
    rule: policy.rule,
    grant: policy.grant,
    decided: view.access !== undefined,
    email: email.trim(),
    names,
    onLeave,
    mayNotCreate,
  };
}

function namesOf(attributes: Attributes): { formalName?: string; friendlyName?: string } {
  const { firstName, lastName, displayName } = attributes;
  const full = displayName ?? (firstName && lastName ? `${firstName} ${lastName}` : undefined);
  const friendly = firstName ?? full;
  return { ...(full && { formalName: full }), ...(friendly && { friendlyName: friendly }) };
}
