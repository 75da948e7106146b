import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { System } from '../../infra/local/system.ts';
import { createLanes } from '../../lib/aws/lanes.ts';
import { SourceSchema } from '../../lib/config/index.ts';
import { readPerson } from '../../lib/lifecycle/identity.ts';
import { startSystem } from '../support/canaries.ts';
import { queueClientAt } from '../support/fauxqs.ts';
import { emailOf, hired, localConfig, terminated } from './local-config.ts';

/**
 * The operator's command line as its own processes against one real local system: one story, told in order. A command is
 * added where the story needs it.
 */
let data = '';
let system: System;
beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'ops-'));
  const { sources, ...config } = localConfig();
  const people = SourceSchema.parse({ kind: 'roster' });
  system = await startSystem({ config: { ...config, sources: { ...sources, people } }, data, users: 5 });
});
afterAll(async () => {
  await system.stop();
  rmSync(data, { recursive: true });
});

/** `npm run ops -- …` as somebody without a terminal types it. */
async function ops(...args: string[]) {
  const child = spawn(process.execPath, ['infra/ops/main.ts', ...args, '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code], stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { code: Number(code), stdout, stderr };
}
const jsonOf = ({ stdout }: { stdout: string }) => JSON.parse(stdout);

/** Puts a message among the dead, as a lane does whose worker failed too often. */
async function die(message: object): Promise<void> {
  const { environment } = JSON.parse(readFileSync(join(data, 'running.json'), 'utf8'));
  const client = queueClientAt(environment.AWS_ENDPOINT_URL_SQS);
  const lanes = createLanes({ client, deadUrls: { normal: environment.NORMAL_DEAD_LETTER_QUEUE_URL } });
  await lanes.dead('normal', JSON.stringify(message), 'CRASHED');
  client.destroy();
}

let pid = '';
const now = () => system.clock.now();

test('who waits is told with the reason, and exit code 3 says so to a script', async () => {
  await system.send('hr', hiredWithoutDepartment());
  await system.idle();
  const [held, asJson, events] = await Promise.all([ops('held'), ops('held', '--json'), ops('events', emailOf(1))]);
  expect(held).toMatchObject({ code: 3, stderr: '' });
  expect(held.stdout).toMatch(/Person Number 1 +person-1@example\.com .*MISSING +department/);
  pid = jsonOf(asJson).people[0].pid;
  expect(events).toMatchObject({ code: 0 });
  expect(events.stdout).toMatch(
    /hr +email "person-1@example\.com".*employment "active"\n\nWaits\n +held since .*MISSING/,
  );
});

test('a stop halts what would be done, and is not ended by accident', async () => {
  expect(await ops('stop', '--by', 'a drill')).toMatchObject({ code: 0 });
  await system.send('hr', hired(1, now()));
  while ((await readPerson(system.store, pid))?.tries?.code !== 'STOPPED') await sleep(50);
  const [shown, unasked] = await Promise.all([ops('show', 'hr:E1'), ops('resume')]);
  expect(shown.stdout).toMatch(/to be done +create: .*role customer_user[^]*all writes are stopped/);
  expect(unasked).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
  expect(await ops('resume', '--yes', 'resume')).toMatchObject({ code: 0 });
});

test('what died goes back into its lane, and what it was about is done', async () => {
  await die({ schema: 1, type: 'wake', pid });
  await die({ unreadable: true });
  const dead = await ops('dead', '--json');
  expect(dead.code).toBe(3);
  expect(jsonOf(dead)).toMatchObject([
    { kind: 'wake', about: pid, reason: 'CRASHED' },
    { kind: 'unknown', reason: 'CRASHED, can never be read' },
  ]);
  expect(await ops('replay', '--all', '--yes', 'replay')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^1 /),
  });
  await system.idle();
  expect(system.simulator.core.usersWith(emailOf(1))).toHaveLength(1);
});

test('nobody is forgotten whose account is there; afterwards the proof stays without the name', async () => {
  expect(await ops('forget', emailOf(1), '--yes', 'forget')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^PERSON_BUSY/),
  });
  await system.send('hr', terminated(1, now()));
  await system.idle();
  expect(await ops('forget', emailOf(1), '--yes', 'forget')).toMatchObject({ code: 0 });
  const events = await ops('events', emailOf(1), '--json');
  expect(jsonOf(events).receipts.map(({ what }: { what: string }) => what)).toEqual(['created', 'removed']);
  expect(events.stdout).not.toMatch(/person-1@|Number 1/i);
});

test('accounts that were there before are taken on once, and a roster tells who is new', async () => {
  const emails = system.simulator.core.users().flatMap((user) => (user.is_company_api_token ? [] : [user.email]));
  const file = join(data, 'people.csv');
  const people = emails.map((email, n) => `${100 + n};${email};Sales`);
  writeFileSync(file, `\uFEFFemployee id;email;department\r\n${people.join('\r\n')}\r\n`);
  const adopted = await ops('adopt', '--roster', file, '--yes', 'adopt', '--json');
  expect(adopted).toMatchObject({ code: 0 });
  expect(jsonOf(adopted).result).toEqual({ adopted: emails.length, known: 0, busy: 0, another: 0 });
  expect((await ops('adopt', '--roster', file)).stdout).toContain('Nothing to adopt.');
  expect(await ops('roster', file)).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') });
  expect(await ops('roster', file, '--yes', 'people')).toMatchObject({ code: 0 });
  await system.idle();
  const told = system.outcomes().filter(({ source }) => source === 'people');
  expect(told.map(({ result, code }) => `${result} ${code}`)).toEqual(emails.map(() => 'no-op NO_RULE'));
  writeFileSync(file, 'employee id;email\r\n');
  expect(await ops('roster', file)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^ROSTER_REFUSED: people\.csv: /),
  });
});

test('dropped into the inbox, a roster is taken in or put aside by the sweeper', async () => {
  const file = join(data, 'people.csv');
  writeFileSync(file, 'email\n');
  expect(await ops('roster', file, '--drop')).toMatchObject({ code: 0 });
  await system.sweep();
  expect(await system.archive.list('roster-inbox/')).toEqual([]);
  expect(await system.archive.list('roster/refused/')).toEqual([
    expect.stringMatching(/-people\.csv$/),
    expect.stringMatching(/-people\.csv\.reason\.txt$/),
  ]);
});

test('each delivery has its line, also the one that the door refused', async () => {
  await fetch(`${system.url}/webhooks/hr`, { method: 'POST', body: '{}' });
  const { stdout } = await ops('tail');
  expect(stdout).toMatch(/200 +hr .*employment ended +removed, receipt \d/);
  expect(stdout).toMatch(/401 +hr .*refused WEBHOOK_UNVERIFIED/);
});

test('the probe tries what no page says, and leaves nothing behind; a stop holds for it too', async () => {
  const email = 'probe@example.com';
  const write = ['probe', '--write', '--email', email, '--yes', email];
  const accounts = system.simulator.core.users().length;
  await ops('stop');
  expect(await ops(...write)).toMatchObject({ code: 1, stderr: expect.stringContaining('STOPPED') });
  expect(system.simulator.core.record.createdPerEmail().has(email)).toBe(false);
  await ops('resume', '--yes', 'resume');
  const probed = await ops(...write, '--json');
  expect(probed).toMatchObject({ code: 0 });
  expect(JSON.parse(readFileSync(join(data, 'capabilities.json'), 'utf8'))).toEqual(jsonOf(probed));
  expect(jsonOf(probed).writing.findings).toContainEqual(
    expect.objectContaining({ id: 'patch-status-deactivated', verdict: 'otherwise' }),
  );
  expect(system.simulator.core.users()).toHaveLength(accounts);
});

test('what is wrong is one clear line without what was typed, and an exit code of its own', async () => {
  const ended = await Promise.all([ops('dance'), ops('held', '--al'), ops('show', 'nobody@example.com')]);
  expect(ended.map(({ code }) => code)).toEqual([2, 2, 1]);
  for (const { stdout, stderr } of ended) {
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).not.toContain('@');
  }
});

function hiredWithoutDepartment() {
  const body = hired(1, now()) as { data: Record<string, unknown> }; // -- our own dialect
  const { department: _department, ...rest } = body.data;
  return { ...body, data: rest };
}
