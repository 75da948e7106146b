import { expect, test } from '@jest/globals';
import { compareRoles } from '../../../lib/bitsight/roles.ts';

test.each([
  [['customer_user'], ['customer_user'], undefined],
  [['customer_user'], ['customer_portfolio_manager'], 'raised'],
  [['customer_portfolio_manager'], ['customer_group_admin'], 'raised'],
  [['customer_group_admin'], ['customer_admin'], 'raised'],
  [['customer_admin'], ['customer_user'], 'lowered'],
  [['customer_admin'], [], 'lowered'],
  [['customer_user'], ['customer_user', 'brand_new'], 'changed'],
  [['customer_admin'], ['brand_new'], 'changed'],
  [['brand_new'], ['customer_admin'], 'changed'],
  [['customer_user'], ['customer_admin', 'brand_new'], 'raised'],
  [['customer_admin', 'brand_new'], ['customer_user'], 'lowered'],
  [['toString'], ['customer_user'], 'changed'],
])('%j → %j: %s, because a role of unknown rank is never compared', (before, after, expected) => {
  expect(compareRoles(before, after)).toBe(expected);
});
