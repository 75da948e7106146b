import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { reportText } from '../support/storm/report.ts';
import { runStorm } from '../support/storm/storm.ts';

/** `npm run storm`. Exits 0 only if all that must hold held, and each fault struck often enough to mean something. */
const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    events: { ...text, default: '2000' },
    seed: { ...text, default: String(Date.now() % 1_000_000) },
    speed: { ...text, default: '120' },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const [events, seed, speed] = [values.events, values.seed, values.speed].map(Number);
print(`npm run storm -- --events ${events} --seed ${seed} --speed ${speed}`);
const data = mkdtempSync(join(tmpdir(), 'storm-'));
print(`Data: ${data}`);
const report = await runStorm({ events: events ?? 0, seed: seed ?? 0, speed: speed ?? 1, data, progress: print });
const { user, system } = process.cpuUsage();
print(reportText(report, (user + system) / 1e6));

const atLeast = Math.floor(report.webhooks / 200);
const rare = Object.entries(report.fired).filter(([, n]) => n < atLeast);
if (rare.length > 0) print(`✗ fewer than ${atLeast} times: ${rare.map(([id]) => id).join(', ')}`);
const holds = Object.values(report.verdict).every((found) => found.length === 0);
if (holds) rmSync(data, { recursive: true });
if (!holds || rare.length > 0) process.exitCode = 1;
