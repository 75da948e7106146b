import { expect, test } from '@jest/globals';
import { parseConfig } from '../../../lib/config/index.ts';
import { AppError } from '../../../lib/errors.ts';
import { tellOldKeys } from '../../../lib/export/old-keys.ts';
import { DAY } from '../../../lib/time.ts';
import { keptTelemetry } from '../../support/lambda.ts';

const config = parseConfig(
  {
    company: 'Example AG',
    offboarding: { mode: 'delete' },
    sources: {
      hr: {
        kind: 'bamboohr',
        secret: 'hr-webhook',
        fetch: { secret: 'hr-key', baseUrl: 'https://example.bamboohr.com' },
      },
    },
    notify: { keyAgeDays: 90 },
  },
  'test',
);
const NOW = Date.UTC(2026, 10, 23);

async function look(putIn: Record<string, number | Error>) {
  const telemetry = keptTelemetry();
  const putInAt = async (name: string): Promise<number | undefined> => {
    const at = putIn[name];
    if (at instanceof Error) throw at;
    return at;
  };
  await tellOldKeys({ config, putInAt, clock: { now: () => NOW }, telemetry });
  return { counts: telemetry.counts, lines: telemetry.logs.map(({ fields }) => fields) };
}
const counted = (value: number) => [expect.objectContaining({ metric: 'KeysOld', value })];

test('the token, the secret of a source and the key of its API are looked at; what is too old is named, and counted', async () => {
  const old = NOW - 90 * DAY - 1;
  const { counts, lines } = await look({ 'bitsight-api-token': old, 'hr-webhook': old, 'hr-key': old });
  expect(counts).toEqual(counted(3));
  expect(lines.map((line) => line?.secret)).toEqual(['bitsight-api-token', 'hr-webhook', 'hr-key']);
});

test('neither a key on its last day nor a secret without a value is old', async () => {
  expect(await look({ 'bitsight-api-token': NOW - 90 * DAY, 'hr-webhook': NOW })).toEqual({
    counts: counted(0),
    lines: [],
  });
});

test('a key whose age cannot be told counts as old: a look that is not permitted must not look like all is well', async () => {
  const { counts, lines } = await look({ 'hr-key': new AppError('SECRET_UNAVAILABLE', 'Not permitted.') });
  expect(counts).toEqual(counted(1));
  expect(lines).toEqual([{ secret: 'hr-key', code: 'SECRET_UNAVAILABLE' }]);
});
