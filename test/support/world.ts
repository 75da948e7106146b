import { createHash } from 'node:crypto';
import { SimulatorCore } from '../../infra/local/bitsight-simulator/simulator.ts';
import type { FaultInput } from '../../infra/local/bitsight-simulator/faults.ts';
import type { SwitchesInput } from '../../infra/local/bitsight-simulator/switches.ts';
import { createBitsightClient } from '../../lib/bitsight/index.ts';
import { ConfigSchema, MAIL_HASH_KEY, type Config, type ConfigInput } from '../../lib/config/schema.ts';
import { tellCalls } from '../../lib/lifecycle/call-telemetry.ts';
import { laneOf, type Lane, type LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { changeGate } from '../../lib/lifecycle/gate.ts';
import { ReceiptSchema, type Person, type Receipt } from '../../lib/lifecycle/ledger.ts';
import type { Outcome } from '../../lib/lifecycle/outcome.ts';
import type { Clock, Invocation, Random } from '../../lib/lifecycle/ports.ts';
import { sweep } from '../../lib/lifecycle/sweep.ts';
import { everybody } from '../../lib/lifecycle/identity.ts';
import { createTenant } from '../../lib/lifecycle/tenant.ts';
import { createWorker } from '../../lib/lifecycle/worker.ts';
import { createTickets } from '../../lib/sources/tickets/index.ts';
import { MINUTE } from '../../lib/time.ts';
import { createMemoryDirectory, type HrPeople } from './memory/directory.ts';
import { createMemoryLanes, emptyQueues } from './memory/lanes.ts';
import { createMemoryOutcomes } from './memory/outcomes.ts';
import { createMemorySecrets, type MemorySecretValues } from './memory/secrets.ts';
import { createMemoryStore, type MemoryTable } from './memory/store.ts';
import { call, type Hooks } from './memory/hooks.ts';
import { simulatedFetch } from './simulated-fetch.ts';

export const START = Date.UTC(2026, 10, 23, 9, 0, 0);

export type TestClock = Clock & { advance(ms: number): void };

/** A clock that only tests turn; sleeping turns it too. */
export function virtualClock(start = START): TestClock {
  let now = start;
  return {
    now: () => now,
    sleep: async (ms) => void (now += ms),
    advance: (ms) => void (now += ms),
  };
}

export const TEST_CONFIG: ConfigInput = {
  company: 'Example AG',
  sources: {
    hr: { kind: 'standard-webhooks', secret: 'hr-webhook', timeZone: 'Europe/Berlin' },
    contractors: { kind: 'standard-webhooks', secret: 'contractors-webhook' },
  },
  authority: ['hr', 'contractors'],
  policy: {
    rules: [
      {
        name: 'vendor risk',
        when: { department: 'Vendor Risk' },
        grant: { role: 'customer_user', group: 'Vendor Risk' },
      },
      {
        name: 'security',
        when: { department: 'Security' },
        grant: { role: 'customer_group_admin', group: 'Security', features: { 'wfh-ro': true } },
      },
    ],
  },
  offboarding: { mode: 'delete', parkingGroup: 'No Companies' },
  protected: ['break-glass@example.com'],
};

export interface WorldOptions {
  clock?: TestClock;
  config?: Partial<ConfigInput> & Pick<Config, 'capabilities'>;
  users?: number;
  /** Company API tokens; without one our token is the first person's, an Admin. */
  companyTokens?: number;
  faults?: FaultInput[];
  switches?: SwitchesInput;
  armed?: boolean;
  hooks?: Hooks;
  /** To the ticket systems; without it there are none. */
  ticketFetch?: typeof globalThis.fetch;
  random?: Random;
}

/**
 * The whole lifecycle in one process under virtual time: the real worker, sweeper and users client; ledger, queues and
 * outcomes in memory; Bitsight is the simulator's core behind an in-process fetch.
 */
export function createWorld(options: WorldOptions = {}) {
  const clock = options.clock ?? virtualClock();
  const config: Config = ConfigSchema.parse({ ...TEST_CONFIG, ...options.config });
  const core = new SimulatorCore({
    users: options.users ?? 0,
    companyTokens: options.companyTokens ?? 1,
    tokens: ['simulator-token'],
    clock,
    newGuid: sequentialGuids(),
    switches: options.switches,
    faults: options.faults,
  });
  const table: MemoryTable = new Map();
  const queues = emptyQueues();
  const published: Outcome[] = [];
  const hr: HrPeople = new Map();
  const store = createMemoryStore({ table, ...options.hooks });
  const lanes = createMemoryLanes({ queues, ...options.hooks });
  const random = options.random ?? (() => 0.5);
  const telemetry = recordingTelemetry();
  let serial = 0;
  const ids = { next: () => `id-${String((serial += 1)).padStart(5, '0')}` };
  const secretValues: MemorySecretValues = new Map([
    [MAIL_HASH_KEY, { current: 'mail-hash-key-of-the-tests' }],
    ['bitsight-api-token', { current: 'simulator-token' }],
  ]);
  const secrets = createMemorySecrets({ values: secretValues, clock });
  /** A worker of its own over the shared ledger, with its own way through the ports. */
  const worker = (
    lane: Lane,
    hooks: Hooks = options.hooks ?? {},
    fetch = fetchOf(core, hooks),
    ledger = createMemoryStore({ table, ...hooks }),
  ) =>
    createWorker({
      lane,
      store: ledger,
      bitsight: createBitsightClient({
        baseUrl: 'https://api.bitsighttech.com',
        apiToken: (how) => secrets.current('bitsight-api-token', how),
        fetch,
        clock,
        random,
        timeoutMs: config.bitsight.timeoutMs,
        retry: { attempts: 2, maxWaitMs: 0 },
        product: { name: 'test', version: '0' },
        onCall: tellCalls(telemetry, 'BITSIGHT_NOT_FOUND'),
      }),
      tenant: createTenant(clock),
      directory: createMemoryDirectory({ people: hr, ...hooks }),
      tickets: createTickets({
        sources: config.sources,
        secrets,
        fetch: (input, init) =>
          call(hooks, 'tickets', init?.method ?? 'GET', () => (options.ticketFetch ?? noTickets)(input, init)),
        clock,
        telemetry,
      }),
      lanes: createMemoryLanes({ queues, ...hooks }),
      secrets,
      outcomes: createMemoryOutcomes({ published, ...hooks }),
      telemetry,
      clock,
      ids,
      random,
      config,
      configHash: 'f'.repeat(64),
    });
  const workers = { urgent: worker('urgent'), normal: worker('normal') };
  const invocation = (): Invocation => {
    const end = clock.now() + 60_000;
    return { remainingMs: () => end - clock.now(), wallNow: () => clock.now() };
  };

  const world = {
    clock,
    config,
    core,
    store,
    table,
    queues,
    published,
    /** Whom the HR systems know. */
    hr,
    telemetry,
    ids,
    secretValues,
    worker,
    async arm(armed = true): Promise<void> {
      await changeGate(store, (gate) => ({ ...gate, armed: { joiners: armed, movers: armed, leavers: armed } }));
    },
    /** As the door does it. */
    accept(event: LifecycleEvent): void {
      queues[laneOf(event)].push(JSON.stringify({ schema: 1, type: 'event', event }));
    },
    work: (lane: Lane, body: string) => workers[lane](body, invocation()),
    /** Works off what lies in the queues, urgent first. */
    async drain(): Promise<void> {
      for (;;) {
        const lane = queues.urgent.length > 0 ? 'urgent' : 'normal';
        const body = queues[lane].shift();
        if (body === undefined) return;
        await world.work(lane, body);
      }
    },
    /** Accepts, then works until nothing lies in the queues. */
    async tell(...events: LifecycleEvent[]): Promise<void> {
      for (const event of events) world.accept(event);
      await world.drain();
    },
    sweep: () => sweep({ store, lanes, clock, telemetry }),
    /** Lets time pass with the sweeper at work each minute; minutes in which nobody is due are skipped. */
    async pass(ms: number): Promise<void> {
      const end = clock.now() + ms;
      for (let due = earliestWake(table); Math.max(due, clock.now() + MINUTE) <= end; due = earliestWake(table)) {
        clock.advance(Math.max(MINUTE, due - clock.now()));
        await world.sweep();
        await world.drain();
      }
      clock.advance(Math.max(0, end - clock.now()));
    },
    async people(): Promise<Person[]> {
      return Array.fromAsync(everybody(store));
    },
    async receipts(pid: string): Promise<Receipt[]> {
      return (await store.query(`P#${pid}`, { prefix: 'R#' })).map((item) => ReceiptSchema.parse(item));
    },
    /** Calls that changed or tried to change something, as `METHOD`. */
    writes: (): string[] => core.record.calls.filter((call) => call.method !== 'GET').map((call) => call.method),
    account: (email: string) => core.usersWith(email)[0],
  };
  return world;
}
export type TestWorld = ReturnType<typeof createWorld>;

export async function armedWorld(options: WorldOptions = {}): Promise<TestWorld> {
  const world = createWorld(options);
  await world.arm();
  return world;
}

const noTickets = () => Promise.reject(new TypeError('there is no ticket system'));

function earliestWake(table: MemoryTable): number {
  return Math.min(...[...table.values()].flatMap((rows) => [...rows.values()]).map((row) => row.wakeAt ?? Infinity));
}

function sequentialGuids(): () => string {
  let n = 0;
  return () => `00000000-0000-4000-8000-${String((n += 1)).padStart(12, '0')}`;
}

/** The simulator as `fetch`, under hooks. */
export const fetchOf = (core: SimulatorCore, { before, after }: Hooks): typeof globalThis.fetch =>
  simulatedFetch(
    core,
    (_url, method) => before?.('bitsight', method),
    (_url, method) => after?.('bitsight', method),
  );

export function recordingTelemetry() {
  const lines: string[] = [];
  const counts = new Map<string, number>();
  return {
    lines,
    counts,
    log: (level: string, message: string, fields: object = {}) =>
      void lines.push(JSON.stringify({ level, message, ...fields })),
    count: (metric: string, value = 1) => void counts.set(metric, (counts.get(metric) ?? 0) + value),
    time: (metric: string) => void counts.set(metric, (counts.get(metric) ?? 0) + 1),
  };
}

let nth = 0;
/** A lifecycle event as the door would make it; `said` is a quarter past eight that day unless told otherwise. */
export function eventWith(overrides: Partial<LifecycleEvent> & Pick<LifecycleEvent, 'kind'>): LifecycleEvent {
  nth += 1;
  const said = overrides.said ?? START - 45 * MINUTE;
  const employment = { joiner: { employment: 'active' as const }, leaver: { employment: 'ended' as const }, mover: {} }[
    overrides.kind
  ];
  const id = overrides.id ?? `hr:test-${nth}:0`;
  return {
    schema: 1,
    id,
    received: `received-${nth}`,
    receivedAt: START,
    source: 'hr',
    bodyHash: createHash('sha256').update(id).digest('hex'),
    idFrom: 'sender',
    employeeId: 'E1',
    said,
    from: said,
    attributes: {},
    ...employment,
    ...overrides,
  };
}

export const MARA = {
  email: 'mara.lindt@example.com',
  firstName: 'Mara',
  lastName: 'Lindt',
  department: 'Vendor Risk',
};
