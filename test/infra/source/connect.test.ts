import { afterAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command as list } from '../../../infra/source/list.ts';
import { command as secret } from '../../../infra/source/secret.ts';
import { command as send } from '../../../infra/source/send.ts';
import { type DialectName, DIALECTS, verify } from '../../../lib/webhooks/index.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';
import { given, targetOf } from '../../support/target.ts';
import { createWorld } from '../../support/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'connect-'));
afterAll(() => rmSync(folder, { recursive: true }));
const KEY = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const sources = {
  hr: { kind: 'standard-webhooks', secret: 'hr' },
  bamboo: { kind: 'bamboohr', secret: 'bamboo' },
  people: {
    kind: 'mapping',
    secret: 'people',
    auth: 'bearer',
    says: { from: 'event', table: { hired: 'joiner' } },
    fields: { employeeId: 'id' },
    samples: [{ name: 'a hire', body: { event: 'hired', id: '7' }, means: [{ says: 'joiner', employeeId: '7' }] }],
  },
  files: { kind: 'roster' },
} as const;
const config = join(folder, 'lifecycle.config.json');
writeFileSync(config, JSON.stringify({ company: 'Example AG', sources, offboarding: { mode: 'delete' } }));
const secretFile = join(folder, 'secret');
writeFileSync(secretFile, `${KEY}\n`);

/** A door that answers as it is told, and keeps what it was sent. */
const openDoor = (status: number) => startScriptedServer(() => ({ status, body: '{}' }));

test.each<[string, DialectName]>([
  ['hr', 'standard-webhooks'],
  ['bamboo', 'bamboohr'],
  ['people', 'bearer'],
])('what is sent as %s is signed as that source signs', async (source, dialect) => {
  const door = await openDoor(200);
  const options = { event: 'hired', url: `${door.url}/webhooks/${source}`, 'secret-file': secretFile };
  const { attention } = await send.runAlone({ config }, given([source], options));
  await door.stop();
  const [{ path, headers, body } = { path: '', headers: {}, body: Buffer.of() }] = door.calls;
  const request = { method: 'POST', url: '', headers: headers as Record<string, string>, body }; // -- none came twice
  expect([path, attention]).toEqual([`/webhooks/${source}`, false]);
  expect(verify(DIALECTS[dialect], request, { secrets: [KEY], now: Date.now() }).ok).toBe(true);
});

test('a refusal is something to be looked at', async () => {
  const door = await openDoor(401);
  const options = { event: 'left', url: door.url, 'secret-file': secretFile };
  expect(await send.runAlone({ config }, given(['hr'], options))).toMatchObject({ text: '401 {}', attention: true });
  await door.stop();
});

test.each([
  [['hr'], { event: 'granted' }, 'no standard-webhooks says it'],
  [['people'], { event: 'left' }, 'none of its samples says leaver'],
  [['hr'], { event: 'sneezed' }, 'hired, changed, left'],
  [['files'], { event: 'hired' }, 'there are hr, bamboo, people'],
])('%j %j is told in one line', async (args, options, reason) => {
  const all = { ...options, url: 'http://127.0.0.1:9', 'secret-file': secretFile };
  await expect(send.runAlone({ config }, given(args, all))).rejects.toThrow(reason);
});

test('the list says where each sends, how it shows who it is, and what is not certain', async () => {
  const { text } = await list.runAlone({ config }, given([]));
  expect(text).toMatch(/^bamboo +bamboohr +\/webhooks\/bamboo +bamboohr +bamboo +docs\/sources\/bamboohr\.md$/m);
  expect(text).toContain('not certain: Whether a retry carries a new time');
  expect(text).toMatch(/^files +roster +roster-inbox\/files\/ +docs\/sources\/roster\.md$/m);
});

test('a secret is made in the form of its dialect, stored, and shown with the place to paste it', async () => {
  const world = createWorld();
  const { text } = await secret.run(targetOf(world), given(['hr']));
  const { current = '' } = world.secretValues.get('hr-webhook') ?? {};
  expect(current).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(text).toContain(current);
  expect(text).toContain('docs/sources/standard-webhooks.md');
});

test('a key that the system makes itself is pasted, and never shown', async () => {
  const world = createWorld({ config: { sources: { hr: { kind: 'bamboohr', secret: 'hr-webhook' } } } });
  const target = targetOf(world);
  await expect(secret.run(target, given(['hr']))).rejects.toThrow('--paste');
  const { text } = await secret.run(target, given(['hr'], { paste: true }, ' the private key of BambooHR \n'));
  expect(world.secretValues.get('hr-webhook')?.current).toBe('the private key of BambooHR');
  expect(text).not.toContain('private key of');
});

test.each([
  ['short', 'cannot be the key'],
  ['', 'No secret was given'],
])('%j is no key, and nothing is stored', async (typed, reason) => {
  const world = createWorld({ config: { sources: { hr: { kind: 'bamboohr', secret: 'hr-webhook' } } } });
  await expect(secret.run(targetOf(world), given(['hr'], { paste: true }, typed))).rejects.toThrow(reason);
  expect(world.secretValues.has('hr-webhook')).toBe(false);
});

test('the key by which a system is asked is put in likewise, in whatever form it has', async () => {
  const hr = { kind: 'personio', secret: 'hr-webhook', fetch: { secret: 'hr-api' } } as const;
  const world = createWorld({ config: { sources: { hr } } });
  await secret.run(targetOf(world), given(['hr'], { api: true }, 'id:secret'));
  expect(world.secretValues.get('hr-api')?.current).toBe('id:secret');
});
