import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { readJson } from '../../../lib/webhooks/index.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

test('JSON is read, also with a byte order mark before it', () => {
  expect(readJson(Buffer.from('\uFEFF{"a":[1,null,"é"]}'))).toEqual({ a: [1, null, 'é'] });
});

test.each([
  ['is empty', ''],
  ['is no JSON', 'alice@example.com'],
  ['is cut off', '{"a":'],
  ['is not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['names a prototype', '{"a":{"__proto__":{"b":1}}}'],
  ['names a constructor', '[{"constructor":1}]'],
  ['is nested too deep', nested(34)],
  ['is nested so deep that recursion would end the process', nested(100_000)],
  ['has too many values', `[${'1,'.repeat(60_000)}1]`],
])('a body that %s is refused without quoting it', (_, body) => {
  const error = refusal(() => readJson(Buffer.from(body)));
  expect(error).toMatchObject({ code: 'REQUEST_UNREADABLE' });
  expect(inspect(error, { depth: null })).not.toContain('alice');
});

test('the deepest body that is allowed is read', () => {
  expect(() => readJson(Buffer.from(nested(33)))).not.toThrow();
});

function refusal(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}
