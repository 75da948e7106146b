import { expect, test } from '@jest/globals';
import { failure } from '../../../lib/aws/failure.ts';

const thrown = (more: object, message = 'for canary@example.com'): Error => Object.assign(new Error(message), more);

test.each([
  ['the name', thrown({ name: 'ThrottlingException' }), 'GetItem failed: ThrottlingException.'],
  ['the code of a socket, which says more', thrown({ code: 'ECONNREFUSED' }), 'GetItem failed: ECONNREFUSED.'],
  [
    'the request, by which support finds it',
    thrown({ name: 'X', $metadata: { requestId: 'R-1' } }),
    'GetItem failed: X, request R-1.',
  ],
  ['nothing that is not a name', thrown({ name: 'for canary@example.com' }), 'GetItem failed: unknown error.'],
  ['nothing where nothing is', undefined, 'GetItem failed: unknown error.'],
])('an error of a service is told by %s', (_, error, message) => {
  const told = failure('STORE_UNAVAILABLE', 'GetItem', error);
  expect(told.message).toBe(message);
  expect(told.cause).toBeUndefined();
});
