import { readFileSync } from 'node:fs';
import { page, table } from '../docs/markdown.ts';
import { PACE } from '../throughput/stack.ts';
import { ASSUMED, basketOf, busyMonth, type Company, idleMonth, night, runsMs, YEAR } from './bill.ts';
import { COUNTS_FILE, type Count, readCounts } from './counts.ts';
import { AS_OF, type Basket, costOf, PRICES, type Priced, REGION, times } from './prices.ts';

export const COMPANIES: readonly Company[] = [
  { employees: 10, users: 3 },
  { employees: 10_000, users: 100 },
  { employees: 1_000_000, users: 10_000 },
];
const EVENTS = 10_000;

const usd = (amount: number): string => `$${amount >= 1 ? amount.toFixed(2) : amount.toPrecision(2)}`;
const number = (n: number): string => n.toLocaleString('en');

/** docs/cost.md. */
export function costPage(): string {
  const counts = readCounts();
  const kinds = Object.entries(counts);
  // each alarm has its heading; test/infra/stack.test.ts
  const alarms = readFileSync('docs/runbook.md', 'utf8').match(/^## /gm)?.length ?? 0;
  const stack = { alarms, secrets: 3 };
  const idle = idleMonth(counts, stack);
  const sizes = COMPANIES.map((company): string[] => {
    const month = busyMonth(counts, company);
    return [
      number(company.employees),
      number(company.users),
      number(Math.round((company.employees * (YEAR.joins + YEAR.leaves + YEAR.updates)) / 365)),
      usd(costOf(night(counts, company))),
      usd(costOf(month)),
      usd(costOf(month) + costOf(idle)),
    ];
  });
  return page('What it costs', `${COUNTS_FILE} and test/cost/prices.ts`, [
    `\`npm run cost\` prints this page, without a network. The calls were counted on the wire: the bundled functions, as they are deployed, in the real Lambda runtime client, between them and AWS on this machine a tap that counts (\`npm run cost -- --measure\`; \`test/e2e/calls.story.ts\` fails when they change). What they cost is computed: list prices of ${REGION}, **as of ${AS_OF}, without free tiers; check them before you rely on it**.`,
    '## What an event asks for',
    'Measured, with warm functions. `units`: of DynamoDB on demand, writes to the index `due` included; a night reads the whole ledger besides, a unit for 4 kB. SQS: one send by the door, one receive and one delete by Lambda.',
    table(
      [
        '',
        'Bitsight',
        'DynamoDB reads',
        'writes',
        'units read',
        'written',
        'SQS',
        'PutEvents',
        'secrets',
        'S3',
        'log',
        'ledger grows',
      ],
      kinds.map(([kind, count]) => callsRow(kind, count)),
    ),
    '## What ten thousand of them cost',
    `A function runs as long as its calls take, ${PACE.bitsight} ms each to Bitsight and ${PACE.ledger} ms each to AWS, and its own processor time as measured, at the share of a processor that ${ASSUMED.workerMb} MB have.`,
    table(
      [`${number(EVENTS)} of`, 'runs, each', 'Lambda', 'DynamoDB', 'API and queues', 'logs', 'all'],
      kinds.filter(([kind]) => !/^(sweep|night)/.test(kind)).map(([kind, count]) => priceRow(kind, count)),
    ),
    '## A month in which nothing comes',
    `One sender, so ${stack.secrets} secrets; ${alarms} alarms; ${ASSUMED.pollers} polls of ${ASSUMED.pollSeconds} s at once on each of two lanes, which Lambda does not lower where a maximum concurrency is set; a sweep each minute.`,
    table(['', 'a month'], [...rows(idle), ['**all**', `**${usd(costOf(idle))}**`]]),
    '## By size of the company',
    `Assumed of each employee in a year: ${YEAR.joins} joiners, ${YEAR.leaves} leavers, ${YEAR.updates} updates, of which ${YEAR.roleChanges} change the role of a user. One in a hundred has Bitsight, three at least. Nights and the ledger as after a year; that deliveries are forgotten after two weeks is not taken off.`,
    table(['employees', 'Bitsight users', 'events a day', 'a night', 'a month, beside idle', 'a month in all'], sizes),
    'The first roster of a company makes everybody known at once: as many times `joiner whom no rule matches` as there are people.',
    '## Prices',
    table(
      ['what', 'USD', 'for', 'page'],
      Object.values(PRICES).map(({ what, usd: dollars, per, source }) => [what, String(dollars), number(per), source]),
    ),
    `Not counted: starts of cold functions (about half a second of ${ASSUMED.workerMb} MB each, ${usd(costOf({ lambdaTime: 0.25 * EVENTS }))} for ten thousand), a customer key ($1 a month and its calls), WAF, e-mail and chat, taxes, your own rules on the event bus, what you pay Bitsight.`,
  ]);
}

function callsRow(kind: string, count: Count): string[] {
  const sum = (start: string): string => {
    const n = Object.entries(count.aws).reduce((all, [name, one]) => all + (name.startsWith(start) ? one : 0), 0);
    return String(n);
  };
  const reads = ['GetItem', 'Query', 'Scan'].reduce((all, name) => all + (count.aws[`DynamoDB.${name}`] ?? 0), 0);
  return [
    kind,
    String(count.bitsight),
    String(reads),
    sum('DynamoDB.PutItem'),
    String(count.units.read),
    String(count.units.write),
    sum('SQS'),
    sum('EventBridge'),
    sum('SecretsManager'),
    sum('S3'),
    `${(count.logBytes / 1000).toFixed(1)} kB`,
    `${(count.ledgerBytes / 1000).toFixed(1)} kB`,
  ];
}

const GROUPS: Record<string, readonly Priced[]> = {
  Lambda: ['lambda', 'lambdaTime'],
  DynamoDB: ['read', 'write'],
  'API and queues': ['httpApi', 'sqs', 'events'],
  logs: ['logs'],
};

function priceRow(kind: string, count: Count): string[] {
  const basket = times(basketOf(count), EVENTS);
  const of = (keys: readonly Priced[]): string =>
    usd(costOf(Object.fromEntries(keys.map((key) => [key, basket[key] ?? 0]))));
  const runs = `${(runsMs(count) / 1000).toFixed(1)} s`;
  return [kind, runs, ...Object.values(GROUPS).map(of), usd(costOf(basket))];
}

/** Each price by itself, dearest first; what is next to nothing together. */
function rows(basket: Basket): string[][] {
  const each = Object.entries(PRICES).flatMap(([key, { what }]): [string, number][] => {
    const cost = costOf(Object.fromEntries(Object.entries(basket).filter(([one]) => one === key)));
    return cost > 0 ? [[what, cost]] : [];
  });
  const sorted = each.sort(([, a], [, b]) => b - a);
  const small = sorted.filter(([, cost]) => cost < 0.005).reduce((sum, [, cost]) => sum + cost, 0);
  return [
    ...sorted.filter(([, cost]) => cost >= 0.005).map(([what, cost]) => [what, usd(cost)]),
    ...(small > 0 ? [['everything else', usd(small)]] : []),
  ];
}
