import { parseConfig } from '../../lib/config/index.ts';
import type { Config, ConfigInput } from '../../lib/config/index.ts';

/** What the end-to-end tests configure: one sender, one rule, leavers are removed, no waiting for Bitsight to settle. */
export const CONFIG = {
  company: 'Example AG',
  sources: { hr: { kind: 'standard-webhooks', secret: 'hr-webhook' } },
  policy: { rules: [{ name: 'Risk', when: { department: 'Risk' }, grant: { role: 'customer_user' } }] },
  offboarding: { mode: 'delete' },
  bitsight: { settleMs: 100 },
} satisfies ConfigInput;

export function localConfig(): Config {
  return parseConfig(CONFIG, 'test/e2e/local-config.ts');
}

/** Bodies of our own dialect about the n-th invented person. `timestamp` in epoch milliseconds. */
export const emailOf = (n: number): string => `person-${n}@example.com`;
export function hired(
  n: number,
  timestamp: number,
  more: { department?: string; startDate?: string; lastName?: string } = {},
): unknown {
  const name = { firstName: 'Person', lastName: `Number ${n}`, workEmail: emailOf(n) };
  const data = { employeeId: `E${n}`, ...name, department: 'Risk', ...more };
  return { type: 'employee.hired', timestamp: new Date(timestamp).toISOString(), data };
}
export function terminated(n: number, timestamp: number): unknown {
  const type = 'employee.terminated';
  return { type, timestamp: new Date(timestamp).toISOString(), data: { employeeId: `E${n}`, workEmail: emailOf(n) } };
}
