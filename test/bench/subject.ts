import type { SQSEvent } from 'aws-lambda';
import { randomUUID } from 'node:crypto';
import { scheduledEvent } from '../../infra/local/scheduler.ts';
import type { FunctionName } from '../../infra/function-limits.ts';
import { canonicalJson, type ConfigInput, parseConfig, webhookSources } from '../../lib/config/index.ts';
import type { LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { translateStandardWebhooks } from '../../lib/sources/standard-webhooks/translate.ts';
import { DIALECTS, sign } from '../../lib/webhooks/index.ts';
import { webhookRequest } from '../support/lambda.ts';
import { WIDE_FUSE } from '../support/wide-fuse.ts';
import { CONFIG, emailOf, hired, terminated } from '../e2e/local-config.ts';

export const TOKEN = 'token-of-the-bench';
const HR_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const SECRETS = { 'hr-webhook': HR_SECRET, 'mail-hash-key': 'a key of the bench', 'bitsight-api-token': TOKEN };

const fetch = { secret: 'unused', baseUrl: 'https://hr.example.com' };
const unused = { secret: 'unused', fields: {} };
const tickets = { ...unused, approved: 'Approved', samples: [{ name: 'none', body: {}, means: [] }] };
/** One of each kind besides the one that delivers: the door has them all when it is measured. */
export const OTHER_SOURCES = {
  bamboohr: { ...unused, kind: 'bamboohr' },
  okta: { ...unused, kind: 'okta' },
  hibob: { ...unused, kind: 'hibob', fetch },
  personio: { ...unused, kind: 'personio', fetch },
  mapping: { ...unused, kind: 'mapping', auth: 'bearer', says: 'mover', samples: tickets.samples },
  jira: { ...tickets, kind: 'jira' },
  servicenow: { ...tickets, kind: 'servicenow' },
  zendesk: { ...tickets, kind: 'zendesk' },
  github: { ...tickets, kind: 'github' },
} satisfies ConfigInput['sources'];

/** The canonical configuration of every function that is measured; no time is spent on waiting. */
export function configJson(bitsightUrl: string, others?: ConfigInput['sources']): string {
  return canonicalJson(configAt(bitsightUrl, others));
}

function configAt(baseUrl: string, others: ConfigInput['sources'] = {}) {
  return parseConfig(
    {
      ...CONFIG,
      sources: { ...others, ...CONFIG.sources },
      fuse: WIDE_FUSE,
      bitsight: { baseUrl, settleMs: 0, monthlyCreations: null },
    },
    'test/bench',
  );
}

/** The n-th invented person is hired, as the source sends it. */
export function delivery(n: number) {
  const body = Buffer.from(JSON.stringify(hired(n, Date.now())));
  const headers = sign(DIALECTS['standard-webhooks'], HR_SECRET, { body, id: `delivery-${n}`, at: Date.now() });
  return webhookRequest('hr', body, { 'content-type': 'application/json', ...headers });
}

export const hire = (n: number): SQSEvent => queued(hired(n, Date.now()), `hire-${n}`);
export const leave = (n: number): SQSEvent => queued(terminated(n, Date.now()), `leave-${n}`);
export const schedule = (): unknown => scheduledEvent(Date.now());

/**
 * What makes each function do the work it is there for, from a fresh state, and what its answer or its calls say when it
 * did. The leaver is the second person, who has an account.
 */
export const WORK: Record<FunctionName, { event: () => unknown; done: string }> = {
  webhook: { event: () => delivery(1), done: '"statusCode":200' },
  onboarding: { event: () => hire(1), done: 'created' },
  offboarding: { event: () => leave(2), done: 'removed' },
  sweeper: { event: schedule, done: '"woken":0' },
  'nightly-export': { event: schedule, done: '"published"' },
};
export const ACCOUNTS = [emailOf(2)];

function queued(payload: unknown, id: string): SQSEvent {
  const [, config] = webhookSources(configAt('http://127.0.0.1').sources).find(([id]) => id === 'hr') ?? [];
  if (config?.kind !== 'standard-webhooks') throw new Error('the bench configures the source hr');
  const raw = Buffer.from(JSON.stringify(payload));
  const delivered = { raw, headers: {}, receivedAt: Date.now(), source: 'hr', config, signed: { id } };
  return { Records: translateStandardWebhooks(delivered, { next: randomUUID }).map(recordOf) };
}

function recordOf(event: LifecycleEvent): SQSEvent['Records'][number] {
  return {
    messageId: randomUUID(),
    receiptHandle: 'handle',
    body: JSON.stringify({ schema: 1, type: 'event', event }),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(event.receivedAt),
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: String(event.receivedAt),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:lane',
    awsRegion: 'eu-central-1',
  };
}
