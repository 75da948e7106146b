import { gunzipSync } from 'node:zlib';
import type { Simulator } from '../../infra/local/bitsight-simulator/server.ts';
import { createBitsightClient } from '../../lib/bitsight/index.ts';
import { ConfigSchema, type Config } from '../../lib/config/schema.ts';
import { ChangeSchema, type Change } from '../../lib/export/diff.ts';
import { readRows } from '../../lib/export/jsonl.ts';
import type { Manifest } from '../../lib/export/manifest.ts';
import type { NightDeps } from '../../lib/export/night.ts';
import { readNight } from '../../lib/export/nights.ts';
import type { Row } from '../../lib/export/row.ts';
import type { Invocation } from '../../lib/lifecycle/ports.ts';
import { createMemoryArchive, type MemoryObjects } from './memory/archive.ts';
import type { Hooks } from './memory/hooks.ts';
import { memorySpools } from './memory/spool.ts';
import { createMemoryStore, type MemoryTable } from './memory/store.ts';
import { keptTelemetry } from './lambda.ts';
import { sha256 } from '../../lib/export/digest.ts';

export const CONFIG: Config = ConfigSchema.parse({ company: 'Example Corp', night: { timeZone: 'Europe/Berlin' } });
/** 04:30 in Berlin on the 4th of May. */
export const SCHEDULED = Date.UTC(2026, 4, 4, 2, 30);
const PRODUCT_OF_TEST = { name: 'test', version: '1' };
const DAY = 86_400_000;
export const nightAt = (day: number): number => SCHEDULED + day * DAY;

/** Ledger and bucket that outlive runs, beside a Bitsight on a real socket, or behind another `fetch`. */
export function bedroom(simulator: Pick<Simulator, 'url' | 'token'>, fetch = globalThis.fetch) {
  const table: MemoryTable = new Map();
  const objects: MemoryObjects = new Map();
  const telemetry = keptTelemetry();
  let runs = 0;
  let wall = SCHEDULED;
  const invocation: Invocation = { remainingMs: () => 900_000, wallNow: () => wall };

  /** What one more run gets; `hooks` see all its calls. */
  function run(hooks: Hooks = {}, config: Config = CONFIG): NightDeps {
    const clock = { now: () => wall, sleep: async (ms: number) => void (wall += ms) };
    const client = { baseUrl: simulator.url, fetch, clock, random: () => 0.5, readOnly: true };
    let calls = 0;
    const bitsight = createBitsightClient({
      ...client,
      retry: { attempts: 3, maxWaitMs: 60_000 },
      apiToken: async () => {
        await hooks.before?.('bitsight', 'GET');
        return simulator.token;
      },
      product: PRODUCT_OF_TEST,
      onCall: () => void (calls += 1),
    });
    runs += 1;
    const id = `run-${runs}`;
    return {
      bitsight,
      calls: () => calls,
      clock,
      telemetry,
      config,
      configHash: 'hash-of-config',
      mailKey: async () => 'mail-hash-key-of-the-tests',
      product: PRODUCT_OF_TEST,
      store: createMemoryStore({ table, ...hooks }),
      archive: createMemoryArchive({ objects, ...hooks }),
      openSpool: memorySpools().openSpool,
      ids: { next: () => id },
    };
  }

  return { table, objects, telemetry, invocation, run, advance: (ms: number) => void (wall += ms) };
}

/** What a reader sees who begins at the manifest: every file there, and as it is said. Undefined: there is no such night. */
export async function published(objects: MemoryObjects, date: string) {
  const archive = createMemoryArchive({ objects });
  const night = await readNight(archive, `nights/dt=${date}/manifest.json`);
  if (night === undefined) return undefined;
  for (const { key, bytes, sha256: expected } of night.manifest.files) {
    const body = objects.get(key)?.body;
    if (body?.length !== bytes || sha256(body) !== expected) throw new Error(`${key} is not what the manifest says`);
  }
  const at = (name: string): Uint8Array | undefined => objects.get(fileKey(night.manifest, name))?.body;
  const body = (name: string): Uint8Array => at(name) ?? gunzipSync(at(`${name}.gz`) ?? new Uint8Array());
  const rows: Row[] = await Array.fromAsync(readRows(once(body('users.jsonl'))));
  const text = Buffer.from(body('changes.json')).toString('utf8');
  const changesFile: { changes: unknown[] } & Record<string, unknown> = JSON.parse(text);
  const changes: Change[] = ChangeSchema.array().parse(changesFile.changes);
  return {
    manifest: night.manifest,
    sha256: night.sha256,
    rows,
    changes,
    changesFile,
    html: Buffer.from(body('review.html')).toString('utf8'),
  };
}

function fileKey(manifest: Manifest, name: string): string {
  return manifest.files.find((file) => file.name === name)?.key ?? '';
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
