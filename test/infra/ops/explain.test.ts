import { expect, test } from '@jest/globals';
import { openTarget } from '../../../infra/ops/frame/target.ts';
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

test('a system that is not there is no wrong use of the command, whose exit code is 2', async () => {
  const missing = await openTarget({ data: 'nowhere' }).catch((error: unknown) => error);
  expect(explain(missing)).toMatchObject({ line: expect.stringContaining('Is npm start running?'), exitCode: 1 });
  expect(explain(new AppError('ARGUMENT_INVALID', 'Name the person.')).exitCode).toBe(2);
});

test('what AWS denies is a matter of the role that somebody took on', () => {
  const denied = new AppError('STORE_UNAVAILABLE', 'PutItem failed: AccessDeniedException.');
  expect(explain(denied)).toEqual({
    line: 'STORE_UNAVAILABLE: PutItem failed: AccessDeniedException. The role you took on may not do this; see docs/operating.md, Who may do what.',
    exitCode: 1,
  });
});
