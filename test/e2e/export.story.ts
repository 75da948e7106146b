import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startSimulator, type Simulator } from '../../infra/local/bitsight-simulator/server.ts';
import { sha256 } from '../../lib/export/digest.ts';
import { ManifestSchema, type Manifest } from '../../lib/export/manifest.ts';

let simulator: Simulator;
const folder = mkdtempSync(join(tmpdir(), 'export-'));
beforeAll(async () => {
  simulator = await startSimulator({ users: 250, companyTokens: 2 });
});
afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

/** `npm run export`, killed before the n-th thing that it does; whether it lived to its end. */
async function lived(out: string, killAt = Infinity): Promise<boolean> {
  const env = { ...process.env, BITSIGHT_API_TOKEN: simulator.token, KILL_AT: String(killAt) };
  const args = ['--import', resolve('test/e2e/programs/kill-at.ts'), 'infra/ops/export.ts'];
  const options = ['--base-url', simulator.url, '--out', out, '--requests', '3'];
  const child = spawn(process.execPath, [...args, ...options], { env, stdio: 'ignore' });
  const [code, signal] = await once(child, 'exit');
  expect([code, signal]).toEqual(killAt === Infinity || signal === null ? [0, null] : [null, 'SIGKILL']);
  return signal === null;
}

/** What lies there for whoever begins at the manifest; undefined: there is no snapshot. Half of one is an error. */
function snapshotIn(out: string): Manifest | undefined {
  if (!existsSync(join(out, 'manifest.json'))) return undefined;
  const manifest = ManifestSchema.parse(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')));
  for (const { name, sha256: said } of manifest.files) expect(sha256(readFileSync(join(out, name)))).toBe(said);
  return manifest;
}

test('npm run export, killed before each thing it does and run again: at every moment absent or complete, in the end complete', async () => {
  const first = join(folder, 'first');
  await lived(first);
  simulator.core.create({ email: 'new@example.com', formal_name: 'New Person', friendly_name: 'New' });
  for (let n = 1; ; n += 1) {
    const out = join(folder, String(n));
    cpSync(first, out, { recursive: true });
    if (await lived(out, n)) {
      expect(n).toBeGreaterThan(25);
      break;
    }
    snapshotIn(out);
    await lived(out);
    expect(snapshotIn(out)?.counts).toEqual({ people: 251, tokens: 2 });
    expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([]);
  }
}, 300_000);
