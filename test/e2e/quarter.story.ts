import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { System } from '../../infra/local/system.ts';
import { textBytes } from '../../lib/bytes.ts';
import { DAY } from '../../lib/time.ts';
import { startSystem } from '../support/canaries.ts';
import { filled } from '../support/quarter.ts';
import { emailOf, localConfig } from './local-config.ts';

/** A quarter as docs/access-review.md tells it, by the real command lines on a whole system: bucket, ledger, queues, workers. */
const BOSS = 'lee.park@example.com';
let folder = '';
let system: System;
let quarter = '';
const data = () => join(folder, 'data');
const out = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quarter-'));
  system = await startSystem({ config: localConfig(), data: data(), users: 3 });
  for (const n of [1, 2, 3]) await system.send('hr', hiredBy(BOSS, n));
  await system.idle({ timeoutMs: 60_000 });
  const today = system.clock.now();
  quarter = quarterOf(today);
  await system.night(today - DAY);
  await system.night(today);
}, 180_000);
afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true });
});

function hiredBy(managerEmail: string, n: number): unknown {
  const who = { employeeId: `E${n}`, workEmail: emailOf(n), firstName: 'Person', lastName: `Number ${n}` };
  return {
    type: 'employee.hired',
    timestamp: new Date().toISOString(),
    data: { ...who, department: 'Risk', managerEmail },
  };
}
function quarterOf(instant: number): string {
  const date = new Date(instant);
  return `${date.getUTCFullYear()}-Q${Math.floor(date.getUTCMonth() / 3) + 1}`;
}

async function run(file: string, ...args: string[]) {
  const child = spawn(process.execPath, [`infra/ops/${file}`, ...args, '--data', data()], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code], stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { code: Number(code), stdout, stderr };
}
const review = (step: string, ...args: string[]) => run('main.ts', 'review', step, quarter, ...args);

test('worksheets go out, come back by command and by upload, are carried out, proven, closed and verified', async () => {
  expect(await review('open', '--out', out('worksheets'))).toMatchObject({ code: 0, stderr: '' });
  const names = readdirSync(out('worksheets'));
  const managers = names.find((name) => name.includes('lee.park')) ?? '';
  const sheet = (name: string) => readFileSync(join(out('worksheets'), name), 'utf8');
  const boss = filled(sheet(managers), {
    [emailOf(1)]: ['revoke'],
    [emailOf(2)]: ['change:customer_portfolio_manager', 'runs the portfolio now'],
    [emailOf(3)]: ['keep'],
  });
  writeFileSync(out('boss.csv'), boss.replace('Number 2', 'Number 7'));
  expect((await review('take', out('boss.csv'))).stderr).toMatch(
    /^REVIEW_REFUSED: Line \d \(.*\): person is not what was handed out\./,
  );
  writeFileSync(out('boss.csv'), boss);
  expect(await review('take', out('boss.csv'))).toMatchObject({ code: 0, stdout: expect.stringContaining('3 rows') });
  for (const name of names.filter((one) => one !== managers)) {
    const all = filled(sheet(name), { [quarter]: ['keep', 'as before'] }, 'kim.berg@example.com');
    await system.archive.put(`review-inbox/${name}`, textBytes(all), 'text/csv');
  }
  await system.sweep();
  expect(await system.archive.list('review-inbox/')).toEqual([]);

  expect((await review('close')).stderr).toMatch(/^REVIEW_UNFINISHED: 2 are decided and not proven/);
  expect((await review('apply', '--yes', quarter)).stderr).toContain('access ends for 1, another role for 1');
  await system.idle({ timeoutMs: 60_000 });
  expect((await review('status')).stdout).toMatch(/\n\d\d-lee\.park +0 +0 +0 +0 +2 +1\n/);
  expect(system.simulator.core.usersWith(emailOf(1))).toEqual([]);
  expect(await review('close', '--out', out('pack'))).toMatchObject({ code: 0, stderr: '' });
  expect(await run('verify.ts', out('pack'))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('✓ Everything is as it was written'),
  });

  const [page = ''] = (await system.archive.list('nights/')).filter((key) => key.endsWith('/review.html'));
  await system.archive.put(page, textBytes('another page'), 'text/html');
  const { code, stdout } = await run('verify.ts', out('pack'));
  expect([code, stdout]).toEqual([1, expect.stringContaining(`: ${page} is not what its manifest says`)]);
}, 180_000);
