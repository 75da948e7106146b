import { expect, test } from '@jest/globals';
import { explain } from '../../../infra/ops/explain.ts';
import { Cancelled } from '../../../infra/ops/token.ts';
import { AppError } from '../../../lib/errors.ts';

test('whoever cancels is told so and nothing else: there is nothing to mend', () => {
  expect(explain(new Cancelled('Cancelled.'))).toEqual({ line: 'Cancelled.', exitCode: 1 });
});

test('a refused read speaks of reading, the table of both', () => {
  const { line, exitCode } = explain(new AppError('BITSIGHT_PERMISSION_DENIED', 'GET /v2/users: answered 403.'));
  expect([line, exitCode]).toEqual([
    'BITSIGHT_PERMISSION_DENIED: this token may not list users; use the token of an Admin or a company API token.',
    1,
  ]);
});

test('what AWS denies is a matter of the role that somebody took on', () => {
  const denied = new AppError('STORE_UNAVAILABLE', 'PutItem failed: AccessDeniedException.');
  expect(explain(denied)).toEqual({
    line: 'STORE_UNAVAILABLE: PutItem failed: AccessDeniedException. The role you took on may not do this; see docs/operating.md, Who may do what.',
    exitCode: 1,
  });
});
