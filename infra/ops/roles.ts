import type { Config } from '../../lib/config/index.ts';
import { AppError } from '../../lib/errors.ts';

/** The roles that a stack makes for people. Each may also do whatever the one before it may. */
export const ROLES = ['Reader', 'Operator', 'Approver'] as const;
export type RoleName = (typeof ROLES)[number];

export interface Need {
  /** As it is typed, without what it is about. */
  typed: string;
  role: RoleName;
  /** It works on a lane: a stack without webhooks has none. */
  lanes?: true;
}

/** What each command needs in a deployed stack; the page, the roles and the refusal rest on it. */
export const NEEDS: readonly Need[] = [
  { typed: 'held', role: 'Reader' },
  { typed: 'plan', role: 'Reader' },
  { typed: 'show', role: 'Reader' },
  { typed: 'events', role: 'Reader' },
  { typed: 'tail', role: 'Reader' },
  { typed: 'dead', role: 'Reader', lanes: true },
  { typed: 'status', role: 'Reader' },
  { typed: 'review status', role: 'Reader' },
  { typed: 'review plan', role: 'Reader' },
  { typed: 'plan --all', role: 'Operator' },
  { typed: 'show --live', role: 'Operator' },
  { typed: 'probe', role: 'Operator' },
  { typed: 'doctor', role: 'Operator' },
  { typed: 'stop', role: 'Operator' },
  { typed: 'resume', role: 'Operator' },
  { typed: 'disarm', role: 'Operator' },
  { typed: 'adopt', role: 'Operator' },
  { typed: 'forget', role: 'Operator' },
  { typed: 'keep', role: 'Operator', lanes: true },
  { typed: 'end', role: 'Operator', lanes: true },
  { typed: 'grant', role: 'Operator', lanes: true },
  { typed: 'revert', role: 'Operator', lanes: true },
  { typed: 'replay', role: 'Operator', lanes: true },
  { typed: 'alias free', role: 'Operator', lanes: true },
  { typed: 'roster', role: 'Operator', lanes: true },
  { typed: 'review open', role: 'Operator' },
  { typed: 'review take', role: 'Operator' },
  { typed: 'review apply', role: 'Operator', lanes: true },
  { typed: 'review close', role: 'Operator' },
  { typed: 'secret set', role: 'Approver' },
  { typed: 'arm', role: 'Approver', lanes: true },
  { typed: 'release', role: 'Approver', lanes: true },
  { typed: 'reject', role: 'Approver', lanes: true },
];

/**
 * Before anything is asked or written: half of a decision is worse than none.
 *
 * @throws AppError ARGUMENT_INVALID
 */
export function refuseWithoutLanes(typed: string, { features }: Pick<Config, 'features'>): void {
  const need = NEEDS.find((one) => one.lanes === true && `${typed} `.startsWith(`${one.typed} `));
  if (need === undefined || features.webhooks) return;
  throw new AppError(
    'ARGUMENT_INVALID',
    `${need.typed} works on the lanes, and this stack has none: features.webhooks is false.`,
  );
}

/** Of the page about operating. */
export function rolesTable(): string {
  const rows = ROLES.map((role, index) => {
    const also = index === 0 ? '' : 'the same, and ';
    const commands = NEEDS.filter((need) => need.role === role).map(({ typed }) => `\`${typed}\``);
    return `| ${role} | ${also}${commands.join(', ')} |`;
  });
  return ['| role | commands |', '| --- | --- |', ...rows].join('\n');
}
