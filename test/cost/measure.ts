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
import { DAY } from '../../lib/time.ts';
import { dialectOf, sign } from '../../lib/webhooks/index.ts';
import { type BundledSystem, startBundledSystem } from '../e2e/bundled-system.ts';
import { CONFIG, emailOf, hired, terminated } from '../e2e/local-config.ts';
import { startBamboohr } from '../support/hr/bamboohr.ts';
import { webhookRequest } from '../support/lambda.ts';
import { startTicketSystems, TICKETS } from '../support/tickets/systems.ts';
import { WIDE_FUSE } from '../support/wide-fuse.ts';
import type { Count, Counts } from './counts.ts';
import { startTap, type Traffic } from './tap.ts';

/** People in Bitsight on whom the night is measured. */
const PEOPLE = 1000;
const WOKEN = 10;

/** Every kind of event through the bundled functions in the real Lambda runtime loop: what each really asks of AWS and of Bitsight. */
export async function measure(): Promise<Counts> {
  return { ...(await deleting()), ...(await restricting()) };
}

async function deleting(): Promise<Counts> {
  const bamboohr = await startBamboohr('key', { 67_890: employee(90) });
  const tickets = await startTicketSystems();
  const { jira } = tickets.sources;
  const fetch = { secret: 'bamboohr-key', baseUrl: bamboohr.url };
  const sources = {
    ...CONFIG.sources,
    bamboohr: { kind: 'bamboohr', secret: 'bamboohr', fetch },
    ...(jira && { jira }),
  } as const;
  const keys = { ...tickets.keys, 'bamboohr-key': 'key' };
  const scenes = await startScenes({ ...CONFIG, sources }, keys);
  const { scene, quietly, send, say, system } = scenes;
  const joins = hired(2, Date.now());
  const night = (at: number) => system.functions['nightly-export'].invoke(scheduledEvent(at));
  try {
    await scene('joiner, every function new', () => send('hr', hired(1, Date.now())));
    await scene('joiner', () => send('hr', joins, 'same'));
    await scene('redelivery', () => send('hr', joins, 'same'));
    await scene('update that says nothing new', () => say('changed', 2, { lastName: 'Number 2' }));
    await scene('mover: another role', () => say('changed', 2, { department: 'Portfolio' }));
    await scene('mover: another name and address', () =>
      say('changed', 2, { lastName: 'New', workEmail: emailOf(22) }),
    );
    await quietly(() => send('hr', terminated(1, Date.now())));
    await scene('leaver, removed', () => say('terminated', 2, {}));
    await scene('joiner whom no rule matches', () => send('hr', hired(3, Date.now(), { department: 'Sales' })));
    await scene('update of somebody whom no rule matches', () => say('changed', 3, { department: 'Legal' }));
    await scene('leaver whom no rule matches', () => say('terminated', 3, {}));
    await scene('joiner of next week', () => send('hr', hired(4, Date.now(), { startDate: dayAfter(7) })));
    await quietly(() => send('bamboohr', thin()));
    await scene('thin event, looked up', () => send('bamboohr', thin()));
    await quietly(() => send('hr', hired(5, Date.now(), { department: 'Sales' })));
    await scene('request on a ticket, answered', () => send('jira', TICKETS.jira.approval(emailOf(5), Date.now())));
    await scene('refused delivery (401)', () => send('hr', joins, 'forged', `whsec_${'A'.repeat(44)}`));
    await quietly(() => scenes.sweep());
    await scene('sweep, nobody due', () => scenes.sweep());
    for (let n = 100; n < 100 + WOKEN; n++) await quietly(() => send('hr', hired(n, Date.now())));
    await scene(`sweep, ${WOKEN} due`, () => scenes.sweepAll());
    await quietly(() => night(Date.now()));
    await scene(`night of ${PEOPLE} accounts`, () => night(Date.now() + DAY));
    return scenes.counts;
  } finally {
    await Promise.all([scenes.stop(), bamboohr.stop(), tickets.stop()]);
  }
}

async function restricting(): Promise<Counts> {
  const scenes = await startScenes({ ...CONFIG, offboarding: { mode: 'restrict', parkingGroup: 'No Companies' } });
  try {
    for (const n of [1, 2]) await scenes.quietly(() => scenes.send('hr', hired(n, Date.now())));
    await scenes.quietly(() => scenes.send('hr', terminated(1, Date.now())));
    await scenes.scene('leaver, restricted', () => scenes.say('terminated', 2, {}));
    return scenes.counts;
  } finally {
    await scenes.stop();
  }
}

const RULES = [
  ...CONFIG.policy.rules,
  { name: 'Portfolio', when: { department: 'Portfolio' }, grant: { role: 'customer_portfolio_manager' } },
];

async function startScenes(given: ConfigInput, keys: Record<string, string> = {}) {
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

const dayAfter = (days: number): string => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

function employee(n: number) {
  return {
    firstName: 'Person',
    lastName: `Number ${n}`,
    workEmail: emailOf(n),
    department: 'Risk',
    status: 'Active',
    hireDate: '2020-01-01',
  };
}

/** BambooHR's event-based webhook says no more than whom it is about. */
const thin = () => ({
  type: 'employee.updated',
  timestamp: new Date().toISOString(),
  data: { companyId: '12345', employeeId: '67890', changedFields: ['department'] },
});
