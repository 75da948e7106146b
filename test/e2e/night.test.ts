import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { System } from '../../infra/local/system.ts';
import { manifestKey } from '../../lib/export/nights.ts';
import { ManifestSchema, type Manifest } from '../../lib/export/manifest.ts';
import { DAY, parseInstant } from '../../lib/time.ts';
import { startSystem } from '../support/canaries.ts';
import { emailOf, hired, localConfig, terminated } from './local-config.ts';

const USERS = 12;
/** At half past four, the time of the configuration; the days are this one and the next, UTC. */
const FIRST = parseInstant('2026-05-04T04:30:00Z', 'UTC') ?? 0;
const nightOf = (n: number) => ({ at: FIRST + n * DAY, date: `2026-05-0${4 + n}` });

let data = '';
let system: System;
beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'night-'));
  system = await startSystem({ config: localConfig(), data, users: USERS });
});
afterEach(async () => {
  await system.stop();
  rmSync(data, { recursive: true, force: true });
});

const RowSchema = z.looseObject({ guid: z.string(), email: z.string() });
type Row = z.infer<typeof RowSchema>;
const ChangesSchema = z.object({
  changes: z.array(
    z.object({
      kind: z.string(),
      guid: z.string(),
      before: z.looseObject({}).optional(),
      after: z.looseObject({}).optional(),
    }),
  ),
});

async function object(key: string): Promise<Buffer | undefined> {
  const body = await system.archive.get(key);
  return body && Buffer.concat(await Array.fromAsync(body));
}

/** A night as a reader sees it who begins at the manifest; every file there and as it is said. */
async function published(date: string) {
  const text = await object(manifestKey(date));
  const manifest: Manifest = ManifestSchema.parse(JSON.parse(String(text)));
  const files: Record<string, string> = {};
  for (const { name, key, sha256, bytes } of manifest.files) {
    const body = (await object(key)) ?? Buffer.alloc(0);
    expect([name, body.length, createHash('sha256').update(body).digest('hex')]).toEqual([name, bytes, sha256]);
    files[name] = body.toString();
  }
  const rows = (files['users.jsonl'] ?? '').split('\n').filter(Boolean);
  return {
    manifest,
    rows: rows.map((line) => RowSchema.parse(JSON.parse(line))),
    changes: ChangesSchema.parse(JSON.parse(files['changes.json'] ?? '')).changes,
    files,
  };
}

/** Written a second time, from what the file itself promises. */
function applied(rows: readonly Row[], changes: z.infer<typeof ChangesSchema>['changes']): unknown[] {
  const byGuid = new Map<string, object>(rows.map((row) => [row.guid, row]));
  for (const { kind, guid, after } of changes) {
    if (kind === 'left') byGuid.delete(guid);
    else byGuid.set(guid, { ...byGuid.get(guid), ...after });
  }
  return [...byGuid.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

const truth = () => system.simulator.core.users().map(({ guid, email }) => ({ guid, email }));
const shown = (rows: readonly Row[]) => rows.map(({ guid, email }) => ({ guid, email }));
const keys = () => system.archive.list('nights/');

test('two nights: both whole, and the changes of the second turn the first into it', async () => {
  const now = system.clock.now();
  await system.send('hr', hired(1, now));
  await system.send('hr', hired(2, now));
  await system.idle();
  expect(await system.night(nightOf(0).at)).toMatchObject({
    outcome: 'published',
    date: nightOf(0).date,
    people: USERS + 2,
  });
  const first = await published(nightOf(0).date);
  expect(shown(first.rows)).toEqual(truth());
  expect(first.manifest).toMatchObject({ previous: null, changes: { baseline: true, joined: first.rows.length } });

  await system.send('hr', terminated(1, now + 1));
  await system.send('hr', hired(2, now + 1, { lastName: 'Renamed' }));
  await system.send('hr', hired(3, now + 1));
  await system.idle();
  expect(await system.night(nightOf(1).at)).toMatchObject({
    outcome: 'published',
    date: nightOf(1).date,
    people: USERS + 2,
  });
  const second = await published(nightOf(1).date);
  expect(shown(second.rows)).toEqual(truth());
  expect(second.manifest.changes).toEqual({ baseline: false, implausible: false, joined: 1, left: 1, changed: 1 });
  expect(second.manifest.previous).toMatchObject({ date: nightOf(0).date, runId: first.manifest.runId });
  const told = second.changes.map(({ kind, before, after }) => [kind, before?.['email'] ?? after?.['email']]);
  expect(new Set(told)).toEqual(
    new Set([
      ['left', emailOf(1)],
      ['joined', emailOf(3)],
      ['changed', undefined],
    ]),
  );
  expect(second.changes.find(({ kind }) => kind === 'changed')).toMatchObject({
    after: { formal_name: 'Person Renamed' },
  });
  expect(applied(first.rows, second.changes)).toEqual(second.rows);
  const review = first.manifest.files.find(({ name }) => name === 'review.html')?.key;
  const heard = readFileSync(join(data, 'messages.txt'), 'utf8');
  expect(heard.match(/s3:\/\/\S+/g)).toEqual([`s3://exports/${review}`]); // people hear of the week once
});

const written = (key: string): bigint =>
  statSync(join(data, 'bucket/buckets/exports/objects', `${key}.data`), { bigint: true }).mtimeNs;

test('the manifest is written last: a run that fails leaves no night, and the next one makes it', async () => {
  system.simulator.core.faults.set([{ kind: 'forbidden', path: '/users' }]);
  await expect(system.night(nightOf(0).at)).rejects.toThrow();
  expect(await object(manifestKey(nightOf(0).date))).toBeUndefined();
  system.simulator.core.faults.set([]);
  expect(await system.night(nightOf(0).at)).toMatchObject({ outcome: 'published' });
  const { manifest } = await published(nightOf(0).date);
  expect(manifest.files.map(({ name }) => name)).toEqual(['users.jsonl', 'users.csv', 'changes.json', 'review.html']);
  for (const { key } of manifest.files) expect(written(key) < written(manifestKey(nightOf(0).date))).toBe(true);
});

test('a second run of the same night says that it is there already and does nothing', async () => {
  const published = await system.night(nightOf(0).at);
  expect(published).toMatchObject({ outcome: 'published' });
  const [before, calls] = [await keys(), system.simulator.core.record.calls.length];
  expect(await system.night(nightOf(0).at)).toEqual({ ...Object(published), outcome: 'already' });
  expect(await keys()).toEqual(before);
  expect(system.simulator.core.record.calls).toHaveLength(calls);
});
