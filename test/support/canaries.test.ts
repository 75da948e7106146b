import { expect, test } from '@jest/globals';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { canariesOf, searchData } from './canaries.ts';
import { armedWorld, eventWith, MARA } from './world.ts';

const SECRET = 'a+secret/of=ours';

/** What is found where this was written, beside a harmless line. */
async function found(file: string, text: string | Uint8Array, reason = 'MESSAGE_UNREADABLE'): Promise<string[]> {
  const data = mkdtempSync(join(tmpdir(), 'canaries-'));
  for (const folder of ['queues', 'bucket']) mkdirSync(join(data, folder));
  writeFileSync(join(data, 'secrets.json'), JSON.stringify({ hr: SECRET, short: 'x' }));
  writeFileSync(join(data, 'outcomes.jsonl'), '{"code":"PROVEN","pid":"0f3a"}\n');
  writeFileSync(join(data, file), text);
  const database = new DatabaseSync(join(data, 'queues', 'fauxqs.db'));
  database.exec('CREATE TABLE sqs_messages (queue_name TEXT, message_attributes TEXT)');
  database.prepare("INSERT INTO sqs_messages VALUES ('urgent-dead', ?)").run(reason);
  database.close();
  const world = await armedWorld();
  await world.tell(eventWith({ kind: 'joiner', attributes: MARA }));
  const searched = searchData(data, await canariesOf(data, world.core, world.store));
  rmSync(data, { recursive: true });
  expect(searched.searched).toBeGreaterThan(2);
  return searched.found;
}

test.each([
  ['nothing in ids and codes', 'functions.log', '{"code":"DONE","key":"x"}', []],
  ['a secret in a log', 'functions.log', `ok\nkey ${SECRET}`, ['functions.log, line 2: a secret']],
  ['one that was encoded', 'functions.log', encodeURIComponent(SECRET), ['functions.log, line 1: a secret']],
  ['an address', 'messages.txt', `left: ${MARA.email}`, ['messages.txt, line 1: somebody']],
  ['an address nobody knows', 'functions.log', 'to some.body%40elsewhere.example', ['functions.log, line 1: somebody']],
  ['a name', 'functions.log', `for ${MARA.firstName} ${MARA.lastName}`, ['functions.log, line 1: somebody']],
  [
    'a secret in a packed export',
    'bucket/users.csv.gz.data',
    gzipSync(SECRET),
    ['users.csv.gz.data, line 1: a secret'],
  ],
  ['nobody in an export, which is for that', 'bucket/users.csv', MARA.email, []],
])('the search finds %s', async (_, file, text, expected) => {
  expect(await found(file, text)).toEqual(expected);
});

test('the search finds an address in the reason of a dead letter', async () => {
  expect(await found('functions.log', 'ok', `no ${MARA.email}`)).toEqual(['reasons of dead letters, line 1: somebody']);
});
