/** US East (N. Virginia), without free tiers and taxes: other regions are up to a third dearer. */
export const REGION = 'us-east-1';
/** When they were last compared with the named page of each service, or with what others quote of it. */
export const AS_OF = '2026-11-23';

interface Price {
  what: string;
  /** Dollars for `per` of them. */
  usd: number;
  per: number;
  source: string;
}
const MILLION = 1_000_000;

/** Public list prices. */
export const PRICES = {
  httpApi: { what: 'HTTP API, request', usd: 1, per: MILLION, source: 'aws.amazon.com/api-gateway/pricing' },
  lambda: { what: 'Lambda, request', usd: 0.2, per: MILLION, source: 'aws.amazon.com/lambda/pricing' },
  lambdaTime: {
    what: 'Lambda on arm64, GB-second',
    usd: 13.3334,
    per: MILLION,
    source: 'aws.amazon.com/lambda/pricing',
  },
  sqs: { what: 'SQS, request of a standard queue', usd: 0.4, per: MILLION, source: 'aws.amazon.com/sqs/pricing' },
  read: {
    what: 'DynamoDB on demand, read request unit',
    usd: 0.125,
    per: MILLION,
    source: 'aws.amazon.com/dynamodb/pricing/on-demand',
  },
  write: {
    what: 'DynamoDB on demand, write request unit',
    usd: 0.625,
    per: MILLION,
    source: 'aws.amazon.com/dynamodb/pricing/on-demand',
  },
  ledger: {
    what: 'DynamoDB, GB-month (0.25) with point-in-time recovery (0.20)',
    usd: 0.45,
    per: 1,
    source: 'aws.amazon.com/dynamodb/pricing/on-demand',
  },
  secretRead: {
    what: 'Secrets Manager, call',
    usd: 0.05,
    per: 10_000,
    source: 'aws.amazon.com/secrets-manager/pricing',
  },
  secret: { what: 'Secrets Manager, secret-month', usd: 0.4, per: 1, source: 'aws.amazon.com/secrets-manager/pricing' },
  events: { what: 'EventBridge, custom event', usd: 1, per: MILLION, source: 'aws.amazon.com/eventbridge/pricing' },
  schedule: {
    what: 'EventBridge Scheduler, start',
    usd: 1,
    per: MILLION,
    source: 'aws.amazon.com/eventbridge/pricing',
  },
  message: { what: 'SNS, message', usd: 0.5, per: MILLION, source: 'aws.amazon.com/sns/pricing' },
  objectPut: { what: 'S3, PUT or LIST', usd: 5, per: MILLION, source: 'aws.amazon.com/s3/pricing' },
  objectGet: { what: 'S3, GET', usd: 0.4, per: MILLION, source: 'aws.amazon.com/s3/pricing' },
  object: { what: 'S3 Standard, GB-month', usd: 0.023, per: 1, source: 'aws.amazon.com/s3/pricing' },
  logs: {
    what: 'CloudWatch Logs, GB taken in (0.50) and kept for three months (0.03 each)',
    usd: 0.59,
    per: 1,
    source: 'aws.amazon.com/cloudwatch/pricing',
  },
  metric: { what: 'CloudWatch, custom metric-month', usd: 0.3, per: 1, source: 'aws.amazon.com/cloudwatch/pricing' },
  alarm: { what: 'CloudWatch, alarm-month', usd: 0.1, per: 1, source: 'aws.amazon.com/cloudwatch/pricing' },
  dashboard: { what: 'CloudWatch, dashboard-month', usd: 3, per: 1, source: 'aws.amazon.com/cloudwatch/pricing' },
  out: { what: 'Data to the internet, GB', usd: 0.09, per: 1, source: 'aws.amazon.com/ec2/pricing/on-demand' },
} as const satisfies Record<string, Price>;

export type Priced = keyof typeof PRICES;
/** How much of what is bought. */
export type Basket = Partial<Record<Priced, number>>;

export function costOf(basket: Basket): number {
  return priced(basket).reduce((sum, [key, amount]) => sum + (amount * PRICES[key].usd) / PRICES[key].per, 0);
}

export function times(basket: Basket, n: number): Basket {
  return Object.fromEntries(priced(basket).map(([key, amount]) => [key, n * amount]));
}

export function together(...baskets: Basket[]): Basket {
  const sum: Basket = {};
  for (const basket of baskets) for (const [key, amount] of priced(basket)) sum[key] = (sum[key] ?? 0) + amount;
  return sum;
}

const KEYS = Object.keys(PRICES) as Priced[]; // -- its own keys
function priced(basket: Basket): [Priced, number][] {
  return KEYS.flatMap((key): [Priced, number][] => (basket[key] === undefined ? [] : [[key, basket[key]]]));
}
