import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { canonicalJson, parseConfig } from '../../../lib/config/index.ts';
import { clockAt } from '../../../lib/runtime/clock.ts';
import { loadConfig } from '../../../lib/runtime/config.ts';
import { parseEnv } from '../../../lib/runtime/env.ts';
import { ids } from '../../../lib/runtime/ids.ts';
import { jsonIn } from '../../../lib/json.ts';
import { LaneMessageSchema } from '../../../lib/lifecycle/event.ts';

describe('environment', () => {
  const schema = z.object({ TABLE: z.string().min(1), URL: z.url(), SPEED: z.coerce.number().min(1).default(1) });

  test('is read by its schema, and what is not in it is left out', () => {
    expect(parseEnv(schema, { TABLE: 'ledger', URL: 'https://example.com', HOME: '/' })).toEqual({
      TABLE: 'ledger',
      URL: 'https://example.com',
      SPEED: 1,
    });
  });

  test('every wrong variable is named, no value is: it may be secret', () => {
    expect(() => parseEnv(schema, { URL: 'whsec_hidden', SPEED: 'whsec_hidden' })).toThrow(
      expect.objectContaining({ code: 'ENVIRONMENT_INVALID', message: 'Wrong or missing: SPEED, TABLE, URL.' }),
    );
  });
});

describe('configuration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  const path = join(folder, 'config.json');

  test('comes with the SHA-256 of its canonical file', () => {
    const json = canonicalJson(
      parseConfig({ company: 'Example AG', sources: { hr: { kind: 'bamboohr', secret: 'hr' } } }, 'test'),
    );
    writeFileSync(path, json);
    const { config, hash } = loadConfig(path);
    expect(config.sources['hr']).toMatchObject({ kind: 'bamboohr', timeZone: 'UTC' });
    expect(hash).toBe(createHash('sha256').update(json).digest('hex'));
  });

  test.each([
    ['is missing', undefined, 'cannot be read'],
    ['is no JSON', 'company: kim@example.com', 'cannot be read as JSON'],
  ])('a file that %s is named with the reason and without its text', (_, text, reason) => {
    const file = text === undefined ? join(folder, 'none.json') : path;
    if (text !== undefined) writeFileSync(path, text);
    const load = () => loadConfig(file);
    expect(load).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(reason) }));
    expect(load).toThrow(file);
    expect(load).not.toThrow(/kim@/);
  });
});

describe('domain time', () => {
  test('is the wall clock at speed 1', () => {
    expect(clockAt(1, undefined, () => 5000).now()).toBe(5000);
  });

  test('left the wall at the base and runs as many times as fast, in whole milliseconds', () => {
    expect(clockAt(2.5, 1000, () => 1001).now()).toBe(1002);
    expect(clockAt(60, 1000, () => 1000).now()).toBe(1000);
  });

  test('two processes with the same settings agree', () => {
    expect(clockAt(60, 1000, () => 7000).now()).toBe(clockAt(60, 1000, () => 7000).now());
  });

  test('cannot run faster without a base: each process would have its own time', () => {
    expect(() => clockAt(60)).toThrow(expect.objectContaining({ code: 'ENVIRONMENT_INVALID' }));
  });

  test('a day of sleep passes at once at a speed of a day a millisecond', async () => {
    await clockAt(86_400_000, 1).sleep(86_400_000);
  });
});

test('ids are unique', () => {
  const source = ids();
  expect(new Set(Array.from({ length: 1000 }, () => source.next())).size).toBe(1000);
});

describe('queue messages', () => {
  test('a wish to look again is read', () => {
    const message = { schema: 1, type: 'wake', pid: 'p1' };
    expect(LaneMessageSchema.parse(jsonIn(JSON.stringify(message)))).toEqual(message);
  });

  test.each([
    ['no JSON', 'kim@example.com', ''],
    ['another type', '{"schema":1,"type":"kim@example.com"}', 'type'],
    ['a wrong event', '{"schema":1,"type":"event","event":{"schema":1,"id":7}}', 'event.id'],
  ])('%s is no message, and not quoted where it is wrong', (_, body, place) => {
    const { success, error } = LaneMessageSchema.safeParse(jsonIn(body));
    expect([success, error?.issues[0]?.path.join('.')]).toEqual([false, place]);
    expect(error?.message).not.toContain('kim@');
  });
});
