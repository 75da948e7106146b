import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Config, WebhookSource } from '../../lib/config/schema.ts';
import { webhookSources } from '../../lib/config/sources.ts';
import { AppError } from '../../lib/errors.ts';
import { enqueue } from '../../lib/lifecycle/enqueue.ts';
import { laneOf, type LifecycleEvent } from '../../lib/lifecycle/event.ts';
import type { Clock, Ids, Invocation, Lanes, Secrets, Telemetry } from '../../lib/lifecycle/ports.ts';
import { type HttpAnswer, jsonAnswer } from '../../lib/runtime/http-answer.ts';
import { type Delivery, translate } from '../../lib/sources/index.ts';
import { awaits, dialectOf, greeting, type SignedRequest, verify } from '../../lib/webhooks/index.ts';
import type { Capture } from './capture.ts';

export interface WebhookDeps {
  config: Pick<Config, 'sources'>;
  secrets: Pick<Secrets, 'accepted'>;
  lanes: Pick<Lanes, 'send'>;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
  telemetry: Telemetry;
  /** Where a source has it configured: keeps what came, and passes the answer on. */
  capture?: Capture | undefined;
}

const MOST_BYTES = 256 * 1024;

/**
 * The door, `POST /webhooks/{source}`: verify the raw bytes, translate, enqueue, answer
 * `200 {"events": [the received id of each]}`. Nothing is stored but what `capture` is there for.
 */
export function createWebhookHandler(given: WebhookDeps) {
  const deps = { ...given, senders: new Map(webhookSources(given.config.sources)) };
  return async (event: APIGatewayProxyEventV2, invocation: Invocation): Promise<HttpAnswer> => {
    const request = requestOf(event);
    const source = event.pathParameters?.['source'] ?? '';
    const now = invocation.wallNow();
    const answering = answerTo(source, request, now, deps);
    return deps.capture === undefined ? answering : deps.capture(source, request, now, answering);
  };
}

/** Sources are sorted once, not with each delivery. */
type Door = WebhookDeps & { senders: ReadonlyMap<string, WebhookSource> };

async function answerTo(source: string, request: SignedRequest, now: number, deps: Door): Promise<HttpAnswer> {
  const greeted = greet(source, request, false, deps);
  if (greeted !== undefined) return greeted;
  if (!isAwaited(request, deps)) throw notAllowed();
  const delivery = await verified(source, request, now, deps);
  const answered = greet(source, request, true, deps);
  if (answered !== undefined) return answered;
  if (request.method !== 'POST') throw notAllowed();
  const events = await translate(delivery, deps.ids);
  await enqueue(deps.lanes, events);
  report(events, deps);
  // an expression that never matches would else be seen by nobody
  if (events.length === 0) deps.telemetry.count('DeliveryIgnored', 1, { source });
  return jsonAnswer(200, { events: events.map(({ received }) => received) });
}

const notAllowed = () => new AppError('METHOD_NOT_ALLOWED', 'This address takes POST.');

/** As the sender sent it: the address is the one it called, behind TLS. */
function requestOf(event: APIGatewayProxyEventV2): SignedRequest {
  const { body: text = '', headers, isBase64Encoded, rawPath, rawQueryString, requestContext } = event;
  const body = Buffer.from(text, isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > MOST_BYTES) throw new AppError('REQUEST_TOO_LARGE', 'The delivery is too large.');
  const url = `https://${requestContext.domainName}${rawPath}${rawQueryString === '' ? '' : `?${rawQueryString}`}`;
  return { method: requestContext.http.method, url, headers, body };
}

/** Deliveries, and what one source at least expects: of which it is, the answer does not tell. */
function isAwaited(request: SignedRequest, { senders }: Door): boolean {
  const names = senders.values().map(({ handshake }) => handshake);
  return request.method === 'POST' || names.some((name) => name !== undefined && awaits(name, request));
}

/** A handshake is answered where the source is configured for it, and goes no further. */
function greet(
  source: string,
  request: SignedRequest,
  proven: boolean,
  { senders, telemetry }: Door,
): HttpAnswer | undefined {
  const handshake = senders.get(source)?.handshake;
  if (handshake === undefined) return undefined;
  const answer = greeting(handshake, request, proven);
  if (answer !== undefined) telemetry.count('HandshakeAnswered', 1, { source, handshake });
  return answer;
}

/** An unknown source is checked as if it were the first one, so that neither the answer nor its time tells. */
async function verified(
  source: string,
  request: SignedRequest,
  now: number,
  { senders, secrets, clock, telemetry }: Door,
): Promise<Delivery> {
  const known = senders.get(source);
  const checked = known ?? senders.values().next().value;
  const verdict = checked && (await verdictOf(checked, request, now, secrets));
  if (known !== undefined && verdict?.ok) {
    const { id, at } = verdict;
    const { body: raw, headers } = request;
    return { raw, headers, receivedAt: clock.now(), source, config: known, signed: { id, at } };
  }
  const reason = known === undefined || verdict === undefined || verdict.ok ? 'source-unknown' : verdict.reason;
  telemetry.count('DeliveryRefused', 1, { source: known === undefined ? 'unknown' : source, reason });
  throw new AppError('WEBHOOK_UNVERIFIED', 'The delivery could not be verified.');
}

async function verdictOf(source: WebhookSource, request: SignedRequest, now: number, secrets: WebhookDeps['secrets']) {
  const { secret, toleranceSeconds } = source;
  const accepted = await secrets.accepted(secret);
  const verdict = verify(dialectOf(source), request, { secrets: accepted, now, toleranceSeconds });
  // our mistake, not the sender's: it shall send again
  if (!verdict.ok && verdict.reason === 'secret-unusable') {
    throw new AppError('SECRET_UNAVAILABLE', `The secret ${secret} cannot be a key of its dialect.`);
  }
  return verdict;
}

function report(events: readonly LifecycleEvent[], { telemetry }: WebhookDeps): void {
  for (const event of events) {
    const { id, received, source, kind } = event;
    telemetry.log('info', 'An event was accepted.', { event: id, received, source, lane: laneOf(event), what: kind });
    telemetry.count('EventAccepted', 1, { source, kind });
  }
}
