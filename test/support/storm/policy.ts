import { parseConfig, type Config, type ConfigInput } from '../../../lib/config/index.ts';
import { WIDE_FUSE } from '../wide-fuse.ts';
import { HOUR, toIso } from '../../../lib/time.ts';

/** What a department is granted. Every grant names every field, so that nothing of a former one is left over. */
export interface Grant {
  role: string;
  group: string;
  wfh: boolean;
  contact: boolean;
}
export const GRANTS = {
  'Vendor Risk': { role: 'customer_user', group: 'Vendor Risk', wfh: false, contact: false },
  Security: { role: 'customer_user', group: 'Security', wfh: true, contact: false },
  'Internal Audit': { role: 'customer_portfolio_manager', group: 'Internal Audit', wfh: false, contact: true },
  Procurement: { role: 'customer_group_admin', group: 'Europe', wfh: true, contact: true },
} as const satisfies Record<string, Grant>;
export const DEPARTMENTS = ['Vendor Risk', 'Security', 'Internal Audit', 'Procurement'] as const;
export const NO_RULE = 'Warehouse';
/** A title that a second rule gives another role for, whatever the department: a conflict. */
export const HEAD = 'Head of Risk';
export const PROTECTED = ['break-glass-1@example.com', 'break-glass-2@example.com'];

/** How long a call may take, wall milliseconds, and how long reads may lag behind writes, domain milliseconds. */
export const TIMEOUT_MS = 1000;
export const SETTLE_MS = 5000;

/** `now` in epoch milliseconds: the night is due half a day later, so that it stays out of the storm. */
export function stormConfig(now: number): Config {
  const rules = Object.entries(GRANTS).map(([department, { role, group, wfh, contact }]) => ({
    name: department,
    when: { department },
    grant: { role, group, features: { 'wfh-ro': wfh }, contact },
  }));
  const config: ConfigInput = {
    company: 'Example AG',
    sources: {
      bamboohr: { kind: 'bamboohr', secret: 'bamboohr-webhook' },
      hr: { kind: 'standard-webhooks', secret: 'hr-webhook' },
    },
    authority: ['bamboohr', 'hr'],
    policy: {
      rules: [...rules, { name: 'Heads', when: { jobTitle: HEAD }, grant: { role: 'customer_admin' } }],
      noMatch: 'offboard',
    },
    offboarding: { mode: 'delete' },
    fuse: WIDE_FUSE,
    protected: PROTECTED,
    bitsight: { monthlyCreations: null, timeoutMs: TIMEOUT_MS, settleMs: SETTLE_MS },
    night: { at: toIso(now + 12 * HOUR).slice(11, 16) },
  };
  return parseConfig(config, 'test/support/storm/policy.ts');
}
