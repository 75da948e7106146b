import { PACE } from '../throughput/stack.ts';
import type { Count, Counts } from './counts.ts';
import { type Basket, type Priced, times, together } from './prices.ts';

/** What is neither measured nor a price. Each is printed on the page. */
export const ASSUMED = {
  /** Lambda gives a function of so many MB one whole processor (docs.aws.amazon.com/lambda, Configure memory). */
  processorMb: 1769,
  workerMb: 512,
  /** Night and sweeper. */
  largeMb: 1769,
  /** START, END and REPORT of an invocation; one line of the access log; bytes. */
  platformLog: 400,
  accessLog: 300,
  /** Bytes that a call to Bitsight sends. */
  callOut: 2000,
  /** Lambda polls a queue five times at once, 20 seconds each; with a maximum concurrency never less (services-sqs-scaling). */
  pollers: 5,
  pollSeconds: 20,
  /** Of the ledger's scan, four parts at once: a page of 1 MB, milliseconds of waiting, and of work as measured on 100,000 people. */
  scanPageMs: 60,
  cpuMsPerMb: 40,
} as const;

const DAYS = 365 / 12;
const HOURS = 24 * DAYS;
const GB = 1e9;

/** What calls of a service buy, where it is not the same for all the one; those of DynamoDB are bought by their units. */
const BUYS: Record<string, Priced> = {
  EventBridge: 'events',
  'S3.GET': 'objectGet',
  S3: 'objectPut',
  SNS: 'message',
  SQS: 'sqs',
  SecretsManager: 'secretRead',
};
const POLLER = ['SQS.DeleteMessageBatch', 'SQS.ReceiveMessage'];

const memoryOf = ({ invocations }: Count): number =>
  'sweeper' in invocations || 'nightly-export' in invocations ? ASSUMED.largeMb : ASSUMED.workerMb;

/** Milliseconds that its functions run, waiting included. */
export function runsMs(count: Count): number {
  const { aws, bitsight, cpuMs } = count;
  const calls = Object.entries(aws).reduce((sum, [name, n]) => sum + (POLLER.includes(name) ? 0 : n), 0);
  return calls * PACE.ledger + bitsight * PACE.bitsight + (cpuMs * ASSUMED.processorMb) / memoryOf(count);
}

/** What one event, sweep or night buys, but for what it leaves behind. */
export function basketOf(count: Count): Basket {
  const { invocations, aws, units, bitsight, logBytes } = count;
  const lambda = Object.values(invocations).reduce((sum, n) => sum + n, 0);
  const deliveries = invocations['webhook'] ?? 0;
  const calls = Object.entries(aws).map(([name, n]): Basket => {
    const key = BUYS[name] ?? BUYS[name.split('.', 1).join()];
    if (key === undefined && !name.startsWith('DynamoDB.')) throw new Error(`nobody knows what ${name} costs`);
    return key === undefined ? {} : { [key]: n };
  });
  return together(...calls, {
    ...units,
    httpApi: deliveries,
    lambda,
    lambdaTime: (runsMs(count) * memoryOf(count)) / 1024 / 1000,
    logs: (logBytes + lambda * ASSUMED.platformLog + deliveries * ASSUMED.accessLog) / GB,
    out: (bitsight * ASSUMED.callOut) / GB,
  });
}

const metricsOf = ({ metrics }: Count): string[] => metrics.split(', ');

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
    metric: metricsOf(sweep).length,
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

/** One night: the measured one with calls, files and work as the accounts are more or fewer, and with the whole ledger read. */
export function night(counts: Counts, company: Company): Basket {
  const { accounts, count } = measuredNight(counts);
  const share = company.users / accounts;
  const bytes = ledgerBytes(counts, company);
  const bitsight = 4 + Math.ceil((count.bitsight - 4) * share);
  const cpuMs = count.cpuMs * Math.max(1, share) + (bytes / 1e6) * ASSUMED.cpuMsPerMb;
  const basket = basketOf({ ...count, bitsight, cpuMs });
  const scanning = ((bytes / 1e6) * ASSUMED.scanPageMs * ASSUMED.largeMb) / 4 / 1024 / 1000;
  return together(basket, { lambdaTime: scanning, read: bytes / 4096 });
}

function measuredNight(counts: Counts): { accounts: number; count: Count } {
  const [kind, count] = Object.entries(counts).find(([name]) => name.startsWith('night of ')) ?? [];
  if (kind === undefined || count === undefined) throw new Error('nobody measured a night');
  return { accounts: Number(/\d+/.exec(kind)?.[0]), count };
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
  const metrics = new Set(happening.flatMap(([kind]) => metricsOf(countIn(counts, kind)))).size;
  const { accounts, count } = measuredNight(counts);
  return together(
    ...happening.map(([kind, n]) => times(basketOf(countIn(counts, kind)), n / 12)),
    times(night(counts, company), DAYS),
    {
      metric: metrics * Math.min(1, events / HOURS),
      ledger: ledgerBytes(counts, company) / GB,
      object: ((count.objectBytes ?? 0) * (users / accounts) * 365) / GB,
    },
  );
}
