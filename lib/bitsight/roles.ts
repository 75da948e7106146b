/**
 * How far a role reaches, as Bitsight's page on user roles orders them: an Admin manages everybody, a Group Admin the
 * own group, a Portfolio Manager companies but no users, a User reads. Other roles (vendor risk, trust management) are
 * given beside these and stand in no documented order.
 */
const RANK: Readonly<Record<string, number>> = {
  customer_user: 1,
  customer_portfolio_manager: 2,
  customer_group_admin: 3,
  customer_admin: 4,
};

export const ADMIN = 'customer_admin';

/** Slug → name (empty: no page gives one) of every role that Bitsight's help pages or its OpenAPI document name. */
export const DOCUMENTED_ROLES: Readonly<Record<string, string>> = {
  customer_admin: 'Admin',
  customer_group_admin: 'Group Admin',
  customer_portfolio_manager: 'Portfolio Manager',
  customer_user: 'User',
  vrm_admin: 'VRM Admin',
  vrm_operations: 'VRM Operations',
  vrm_view_only: 'View Only',
  vrm_internal_business_user: 'VRM Only Internal Business User',
  vulnerability_response_outreach: '',
  trust_management_sales_operations: 'TMH Access Only Operations',
};

function rankOf(role: string): number {
  return Object.hasOwn(RANK, role) ? (RANK[role] ?? 0) : 0;
}

/**
 * `raised` and `lowered` are said only where no role without a known rank speaks against it; else `changed`.
 * Undefined when both hold the same roles.
 */
export function compareRoles(
  before: readonly string[],
  after: readonly string[],
): 'raised' | 'lowered' | 'changed' | undefined {
  const lost = before.filter((role) => !after.includes(role));
  const gained = after.filter((role) => !before.includes(role));
  if (lost.length + gained.length === 0) return undefined;
  const step = highest(after) - highest(before);
  if (step > 0 && lost.every(rankOf)) return 'raised';
  if (step < 0 && gained.every(rankOf)) return 'lowered';
  return 'changed';
}

function highest(roles: readonly string[]): number {
  return Math.max(0, ...roles.map(rankOf));
}
