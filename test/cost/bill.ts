import { PACE } from '../throughput/stack.ts';
import type { Count, Counts } from './counts.ts';
import { type Basket, type Priced, times, together } from './prices.ts';

/** What is neither measured nor a price. Each is printed on the page. */
export const ASSUMED = {
  /** Lambda gives a function of so many MB one whole processor (docs.aws.amazon.com/lambda, Configure memory). */
  processorMb: 1769,
  workerMb: 512,
  nightMb: 1024,
  /** START, END and REPORT of an invocation; one line of the access log; bytes. */
  platformLog: 400,
  accessLog: 300,
  /** Bytes that a call to Bitsight sends. */
  callOut: 2000,
  /** Lambda polls a queue five times at once, 20 seconds each; with a maximum concurrency never less (services-sqs-scaling). */
  pollers: 5,
  pollSeconds: 20,
  /** A page of the ledger's scan, 1 MB, milliseconds. */
  scanPageMs: 60,
} as const;

const DAYS = 365 / 12;
const HOURS = 24 * DAYS;
const GB = 1e9;

/** What each call buys; those of DynamoDB are bought by their units. */
const BUYS: Record<string, Priced> = {
  'EventBridge.PutEvents': 'events',
  'S3.GET': 'objectGet',
  'S3.LIST': 'objectPut',
  'S3.PUT': 'objectPut',
  'SQS.DeleteMessageBatch': 'sqs',
  'SQS.ReceiveMessage': 'sqs',
  'SQS.SendMessageBatch': 'sqs',
  'SecretsManager.GetSecretValue': 'secretRead',
};
const POLLER = ['SQS.DeleteMessageBatch', 'SQS.ReceiveMessage'];

/** Milliseconds that its functions run, waiting included. */
export function runsMs({ aws, bitsight, cpuMs }: Count, memoryMb: number): number {
  const calls = Object.entries(aws).reduce((sum, [name, n]) => sum + (POLLER.includes(name) ? 0 : n), 0);
  return calls * PACE.ledger + bitsight * PACE.bitsight + (cpuMs * ASSUMED.processorMb) / memoryMb;
}

/** What one event, sweep or night buys, but for what it leaves behind. */
export function basketOf(count: Count, memoryMb: number = ASSUMED.workerMb): Basket {
  const { invocations, aws, units, bitsight, logBytes } = count;
  const lambda = Object.values(invocations).reduce((sum, n) => sum + n, 0);
  const deliveries = invocations['webhook'] ?? 0;
  const calls = Object.entries(aws).map(([name, n]): Basket => {
    const key = BUYS[name];
    if (key === undefined && !name.startsWith('DynamoDB.')) throw new Error(`nobody knows what ${name} costs`);
    return key === undefined ? {} : { [key]: n };
  });
  return together(...calls, {
    ...units,
    httpApi: deliveries,
    lambda,
    lambdaTime: (runsMs(count, memoryMb) * memoryMb) / 1024 / 1000,
    logs: (logBytes + lambda * ASSUMED.platformLog + deliveries * ASSUMED.accessLog) / GB,
    out: (bitsight * ASSUMED.callOut) / GB,
  });
}

export function countIn(counts: Counts, kind: string): Count {
  const count = counts[kind];
  if (count === undefined) throw new Error(`nobody measured: ${kind}`);
  return count;
}

/** Deployed, and nothing comes: a month of sweeps, polling, secrets and alarms. */
export function idleMonth(counts: Counts, { alarms, secrets }: { alarms: number; secrets: number }): Basket {
  const sweep = countIn(counts, 'sweep, nobody due');
  const minutes = HOURS * 60;
  const polls = (2 * ASSUMED.pollers * HOURS * 3600) / ASSUMED.pollSeconds;
  return together(times(basketOf(sweep), minutes), {
    sqs: polls,
    schedule: minutes,
    alarm: alarms,
    secret: secrets,
    dashboard: 1,
    metric: sweep.metrics.length,
  });
}

export interface Company {
  employees: number;
  users: number;
}
/** Of each employee in a year; users are those for whom a rule has access. */
export const YEAR = { joins: 0.15, leaves: 0.15, updates: 4, roleChanges: 0.1 };

/** A company's ledger after a year, bytes. */
export function ledgerBytes(counts: Counts, { employees, users }: Company): number {
  const grown = (kind: string): number => countIn(counts, kind).ledgerBytes;
  const each = grown('joiner whom no rule matches') + YEAR.updates * grown('update of somebody whom no rule matches');
  return employees * each + users * (grown('joiner') + grown('mover: another role'));
}

/** One night: the measured one with calls, files and memory as the accounts are more or fewer, and with the whole ledger read. */
export function night(counts: Counts, company: Company): Basket {
  const [kind, count] = Object.entries(counts).find(([name]) => name.startsWith('night of ')) ?? [];
  if (kind === undefined || count === undefined) throw new Error('nobody measured a night');
  const measured = Number(/\d+/.exec(kind)?.[0]);
  const share = company.users / measured;
  const pages = ledgerBytes(counts, company) / 1e6;
  const bitsight = 4 + Math.ceil((count.bitsight - 4) * share);
  const scaled = { ...count, bitsight, cpuMs: count.cpuMs * Math.max(1, share) };
  const { lambdaTime = 0, read = 0, ...rest } = basketOf(scaled, ASSUMED.nightMb);
  return {
    ...rest,
    lambdaTime: lambdaTime + (pages * ASSUMED.scanPageMs) / 1000,
    read: read + (pages * 1e6) / 4096,
  };
}

/** What a month of a company buys, beside what it buys idle. */
export function busyMonth(counts: Counts, company: Company): Basket {
  const { employees, users } = company;
  const others = employees - users;
  const happening: [string, number][] = [
    ['joiner', users * YEAR.joins],
    ['leaver, removed', users * YEAR.leaves],
    ['mover: another role', users * YEAR.roleChanges],
    ['update that says nothing new', users * (YEAR.updates - YEAR.roleChanges)],
    ['joiner whom no rule matches', others * YEAR.joins],
    ['leaver whom no rule matches', others * YEAR.leaves],
    ['update of somebody whom no rule matches', others * YEAR.updates],
  ];
  const events = happening.reduce((sum, [, n]) => sum + n / 12, 0);
  const metrics = new Set(happening.flatMap(([kind]) => countIn(counts, kind).metrics)).size;
  const nightFiles = Object.entries(counts).find(([name]) => name.startsWith('night of '))?.[1].objectBytes ?? 0;
  return together(
    ...happening.map(([kind, n]) => times(basketOf(countIn(counts, kind)), n / 12)),
    times(night(counts, company), DAYS),
    {
      metric: metrics * Math.min(1, events / HOURS),
      ledger: ledgerBytes(counts, company) / GB,
      object: (nightFiles * (users / 1000) * 365) / GB,
    },
  );
}
