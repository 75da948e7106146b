import { afterEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { deliver } from '../../infra/local/sender.ts';
import type { Answer } from '../../infra/local/sender.ts';
import type { System } from '../../infra/local/system.ts';
import { startSystem } from '../support/canaries.ts';
import { emailOf, hired, localConfig, terminated } from './local-config.ts';

/** A killed worker's lease runs as long, in real time. */
const WORKER_TIMEOUT_SECONDS = 40;
const PEOPLE = [1, 2, 3, 4, 5, 6, 7, 8];
const LEAVERS = [1, 2, 3, 4];
const HIRED = Date.now();

let data = '';
let system: System | undefined;
afterEach(async () => {
  await system?.stop();
  rmSync(data, { recursive: true, force: true });
});

const json = (name: string): unknown => JSON.parse(readFileSync(join(data, name), 'utf8'));
const receivedOf = ({ body }: Answer): string[] =>
  z.object({ events: z.array(z.string()) }).parse(JSON.parse(body)).events;

/** Starts a system in a process of its own, sends all hires, and kills it when the first outcome is out. */
async function hireAllAndBeKilled(): Promise<string[]> {
  const program = fileURLToPath(new URL('programs/run-system.ts', import.meta.url));
  const child = spawn(process.execPath, [program, data, String(WORKER_TIMEOUT_SECONDS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const { url } = z.object({ url: z.string() }).parse(json('running.json'));
  const secrets = z.record(z.string(), z.string()).parse(json('secrets.json'));
  const door = { url, config: localConfig(), secrets: { value: (name: string) => secrets[name] ?? '' } };
  const answers = await Promise.all(PEOPLE.map((n) => deliver(door, 'hr', hired(n, HIRED), { id: `hire-${n}` })));
  while (!existsSync(join(data, 'outcomes.jsonl'))) await new Promise((next) => setTimeout(next, 5));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(answers.map(({ status }) => status)).toEqual(PEOPLE.map(() => 200));
  return answers.flatMap(receivedOf);
}

test('kill -9 in the middle of the work: nobody gets a second account and nothing accepted is lost', async () => {
  data = mkdtempSync(join(tmpdir(), 'kill-'));
  const accepted = await hireAllAndBeKilled();

  const second = await startSystem({
    config: localConfig(),
    data,
    speed: 60,
    workerTimeoutSeconds: WORKER_TIMEOUT_SECONDS,
  });
  system = second;
  const outcomesAtKill = new Set(second.outcomes().map(({ received }) => received));
  expect(accepted.filter((received) => !outcomesAtKill.has(received))).not.toEqual([]); // it was in the middle
  const now = second.clock.now();
  const leaves = LEAVERS.map((n) => second.send('hr', terminated(n, now), { id: `leave-${n}` }));
  const again = PEOPLE.map((n) => second.send('hr', hired(n, HIRED), { id: `hire-${n}` }));
  const answers = await Promise.all([...leaves, ...again]);
  accepted.push(...answers.flatMap(receivedOf));
  await second.idle({ timeoutMs: 100_000 });

  const ended = second.outcomes();
  expect(new Set(ended.map(({ received }) => received))).toEqual(new Set(accepted));
  expect(ended.filter(({ result }) => result === 'held' || result === 'dead')).toEqual([]);
  const { core } = second.simulator;
  expect(core.record.coexisted()).toEqual([]);
  const accounts = Object.fromEntries(PEOPLE.map((n) => [n, core.usersWith(emailOf(n)).length]));
  expect(accounts).toEqual(Object.fromEntries(PEOPLE.map((n) => [n, LEAVERS.includes(n) ? 0 : 1])));
  for (const n of PEOPLE) expect(core.record.createdPerEmail().get(emailOf(n)) ?? 0).toBeLessThanOrEqual(1);
}, 150_000);
