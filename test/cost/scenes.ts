import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionName } from '../../infra/function-limits.ts';
import { WORKERS } from '../../infra/local/functions.ts';
import { scheduledEvent } from '../../infra/local/scheduler.ts';
import { sourceOf } from '../../infra/local/sender.ts';
import { type ConfigInput, parseConfig } from '../../lib/config/index.ts';
import { LANES } from '../../lib/lifecycle/event.ts';
import { changePerson, everybody } from '../../lib/lifecycle/identity.ts';
import { dialectOf, sign } from '../../lib/webhooks/index.ts';
import { type BundledSystem, startBundledSystem } from '../e2e/bundled-system.ts';
import { CONFIG } from '../e2e/local-config.ts';
import { webhookRequest } from '../support/lambda.ts';
import { WIDE_FUSE } from '../support/wide-fuse.ts';
import type { Count, Counts } from './counts.ts';
import { startTap, type Traffic } from './tap.ts';

/** People in Bitsight, on whom the night is measured. */
export const PEOPLE = 1000;

const RULES = [
  ...CONFIG.policy.rules,
  { name: 'Portfolio', when: { department: 'Portfolio' }, grant: { role: 'customer_portfolio_manager' } },
];

/** The bundled functions with a tap between them and AWS; `scene` counts what one act asks for until all of it is done. */
export async function startScenes(given: ConfigInput, keys: Record<string, string> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'calls-'));
  mkdirSync(join(directory, 'data'));
  writeFileSync(join(directory, 'data', 'secrets.json'), JSON.stringify(keys));
  let tap: Awaited<ReturnType<typeof startTap>> | undefined;
  const system = await startBundledSystem(directory, {
    given: parseConfig({ ...given, policy: { rules: RULES }, fuse: WIDE_FUSE }, 'test'),
    users: PEOPLE,
    through: async (environment) => (tap = await startTap(environment)).environment,
  });
  if (tap === undefined) throw new Error('Nothing stands between.');
  const { take } = tap;
  const counts: Counts = {};

  /** Until what it put into the lanes is done, and what was said of it is published. */
  async function quietly(act: () => Promise<unknown>): Promise<void> {
    await act();
    while (LANES.some((lane) => system.aws.waiting(lane) > 0)) await sleep(10);
  }
  function send(source: string, payload: unknown, id = `id-${Math.random()}`, secret?: string): Promise<unknown> {
    const settings = sourceOf(system.config, source);
    const body = Buffer.from(JSON.stringify(payload));
    const url = `https://hooks.example.com/webhooks/${source}`;
    const signed = sign(dialectOf(settings), secret ?? system.secrets.value(settings.secret), {
      body,
      id,
      at: Date.now(),
      url,
      headers: {},
    });
    return system.functions.webhook.invoke(
      webhookRequest(source, body, { 'content-type': 'application/json', ...signed }),
    );
  }
  return {
    system,
    counts,
    quietly,
    send,
    say: (what: 'changed' | 'terminated', n: number, data: object) =>
      send('hr', {
        type: `employee.${what}`,
        timestamp: new Date().toISOString(),
        data: { employeeId: `E${n}`, ...data },
      }),
    sweep: () => system.functions.sweeper.invoke(scheduledEvent(Date.now())),
    /** Those who came last are due at once. */
    async sweepAll(): Promise<void> {
      for await (const { pid, emails } of everybody(system.store))
        if (/person-1\d\d@/.test(emails[0] ?? ''))
          await changePerson(system.store, pid, (person) => ({ ...person, wakeAt: Date.now() }));
      await system.functions.sweeper.invoke(scheduledEvent(Date.now()));
    },
    scene: async (name: string, act: () => Promise<unknown>): Promise<void> => {
      take();
      const before = await stateOf(system);
      await quietly(act);
      counts[name] = countOf(before, await stateOf(system), take());
    },
    async stop(): Promise<void> {
      await system.stop();
      await tap?.stop();
    },
  };
}

type State = Awaited<ReturnType<typeof stateOf>>;
async function stateOf({ functions, invoked, simulator, store }: BundledSystem) {
  let ledger = 0;
  for await (const item of store.scan()) ledger += Buffer.byteLength(JSON.stringify(item));
  const all = Object.values(functions);
  return {
    ledger,
    invoked: invoked.length,
    all: invoked,
    bitsight: simulator.core.record.calls.length,
    output: all.map((of) => of.output()),
    cpu: all.reduce((sum, of) => sum + of.spent(), 0),
  };
}

function countOf(before: State, after: State, { calls, units, put }: Traffic): Count {
  const invoked = after.all.slice(before.invoked, after.invoked);
  const ofQueues = invoked.filter((name) => Object.values(WORKERS).some((worker) => worker.name === name)).length;
  const polled = ofQueues > 0 ? { 'SQS.ReceiveMessage': ofQueues, 'SQS.DeleteMessageBatch': ofQueues } : {};
  const written = after.output.map((text, n) => text.slice(before.output[n]?.length ?? 0)).join('');
  return {
    invocations: tally(invoked),
    aws: sorted({ ...calls, ...polled }),
    units,
    bitsight: after.bitsight - before.bitsight,
    logBytes: Math.ceil(Buffer.byteLength(written) / 100) * 100,
    metrics: metricsIn(written),
    ledgerBytes: Math.ceil((after.ledger - before.ledger) / 100) * 100,
    ...(put > 0 && { objectBytes: Math.ceil(put / 1000) * 1000 }),
    cpuMs: Math.round(after.cpu - before.cpu),
  };
}

const sorted = <T>(of: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)));

function tally(names: readonly FunctionName[]): Partial<Record<FunctionName, number>> {
  return sorted(Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length])));
}

/** Names of metrics with the values of their dimensions: each is billed by itself. */
function metricsIn(written: string): string {
  const found = new Set<string>();
  for (const line of written.split('\n').filter((text) => text.includes('"CloudWatchMetrics"'))) {
    const entry: Record<string, unknown> & {
      _aws: { CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] };
    } = JSON.parse(line);
    for (const { Dimensions, Metrics } of entry._aws.CloudWatchMetrics)
      for (const names of Dimensions)
        for (const { Name } of Metrics) found.add([Name, ...names.map((name) => String(entry[name]))].join(' '));
  }
  return [...found].sort().join(', ');
}
