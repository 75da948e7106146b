import type { Attribute } from '../../lib/lifecycle/event.ts';
import type { Config } from '../../lib/config/schema.ts';
import type { Exception } from './exceptions.ts';
import { decided } from './operator.ts';
import { turnTo, type Human } from './people.ts';

/**
 * What has to be in Bitsight in the end, from the books alone: the rules in a few lines, sharing nothing with lib/lifecycle.
 * `free`: nobody's business here (an account that no rule speaks of, or whose change somebody has to decide).
 */
export type Truth =
  | { kind: 'account'; email: string; name: string; role: string; group: string; feature?: string }
  | { kind: 'gone' }
  | { kind: 'restricted' }
  | { kind: 'none'; why: 'MISSING' | 'EMAIL_REUSED' }
  | { kind: 'free' };

type Rules = Pick<Config, 'offboarding' | 'policy' | 'leaveOfAbsence'>;
/** Highest authority first; tickets have none over employment. */
const RANK = ['hr', 'contractors', 'tickets'];
const GROUPS: Record<string, string> = {
  'Vendor Risk': '0a11c0de-0000-4000-8000-000000000003',
  Security: '0a11c0de-0000-4000-8000-000000000005',
};
const SECURITY = { role: 'customer_group_admin', group: '0a11c0de-0000-4000-8000-000000000005', feature: 'wfh-ro' };
const RULES: Record<string, { role: string; group: string; feature?: string }> = {
  'Vendor Risk': { role: 'customer_user', group: '0a11c0de-0000-4000-8000-000000000003' },
  Security: SECURITY,
  Administration: { role: 'customer_admin', group: '0a11c0de-0000-4000-8000-000000000003' },
};

export function truthOf(human: Human, now: number, { policy, offboarding, leaveOfAbsence }: Rules): Truth {
  const { noMatch } = policy;
  for (const book of human.books) turnTo(book, now);
  const books = human.books.toSorted((a, b) => RANK.indexOf(a.source) - RANK.indexOf(b.source));
  const said = (name: Attribute): string | undefined => books.find((book) => book.said[name] !== undefined)?.said[name];
  const { employment, access } = decided(human, now);
  const heard = books.filter(({ source }) => source === 'hr' || source === 'contractors');
  const states = employment === undefined ? heard.map((book) => book.employment) : [employment];
  const left = states.includes('ended-now') || !(states.includes('active') || states.includes('suspended'));
  if (human.borrowed !== undefined && human.addresses.length === 0) return { kind: 'none', why: 'EMAIL_REUSED' };
  const gone = offboarding?.mode === 'restrict' ? ({ kind: 'restricted' } as const) : ({ kind: 'gone' } as const);
  if (human.exception !== undefined && heard.every((book) => book.employment === 'none'))
    return exceptionOf(human, human.exception, now, gone);
  if (left) return gone;
  if (!states.includes('active')) return { kind: leaveOfAbsence === 'restrict' ? 'restricted' : 'free' };
  const [email, department, first, last] = (['email', 'department', 'firstName', 'lastName'] as const).map(said);
  if (human.borrowed !== undefined) return { kind: 'none', why: 'EMAIL_REUSED' };
  const isUndecided = department === undefined && access === undefined;
  if (isUndecided) return human.decisions.length > 0 ? { kind: 'free' } : { kind: 'none', why: 'MISSING' };
  const rule =
    access === undefined ? RULES[department ?? ''] : { role: access.role, group: GROUPS[access.group ?? ''] ?? '' };
  if (rule === undefined)
    return (
      { keep: { kind: 'free' } as const, restrict: { kind: 'restricted' } as const, offboard: gone }[noMatch] ?? gone
    );
  if (email === undefined || last === undefined || first === undefined) return { kind: 'none', why: 'MISSING' };
  return { kind: 'account', email: email.trim().toLowerCase(), name: `${first} ${last}`, ...rule };
}

function exceptionOf(human: Human, { end, access }: Exception, now: number, gone: Truth): Truth {
  if (end <= now) return gone;
  const name = `${human.firstName} ${human.lastName}`;
  return access ? { kind: 'account', email: human.addresses[0] ?? '', name, ...SECURITY } : { kind: 'free' };
}
