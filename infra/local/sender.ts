import { randomUUID } from 'node:crypto';
import { webhookSources, type Config, type WebhookSource } from '../../lib/config/index.ts';
import { AppError } from '../../lib/errors.ts';
import { dialectOf, sign } from '../../lib/webhooks/index.ts';

export interface DeliveryOptions {
  /** Id of the delivery, where the dialect has one: the same again is a redelivery. Else a new one. */
  id?: string;
  /** When it was signed, epoch milliseconds of the wall. Else now. */
  at?: number;
  /** Else the secret of the source. */
  secret?: string;
  /** Besides those of the dialect. */
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  body: string;
}

/** Sends one delivery as the source would, signed with its secret. A string or bytes go as they are, anything else as JSON. */
export async function deliver(
  door: { url: string; config: Config; secrets: { value(name: string): string } },
  source: string,
  payload: unknown,
  { id = randomUUID(), at = Date.now(), secret, headers: more }: DeliveryOptions = {},
): Promise<Answer> {
  const settings = sourceOf(door.config, source);
  const body = bytesOf(payload);
  const url = `${door.url}/webhooks/${source}`;
  const value = secret ?? door.secrets.value(settings.secret);
  const { host } = new URL(url);
  // senders sign the address they know, and that is behind TLS
  const known = { url: `https://${host}/webhooks/${source}`, headers: { host, ...more } };
  const headers = sign(dialectOf(settings), value, { body, id, at, ...known });
  const response = await post(url, { 'content-type': 'application/json', ...more, ...headers }, body);
  return { status: response.status, body: await response.text() };
}

async function post(url: string, headers: Record<string, string>, body: Buffer<ArrayBuffer>): Promise<Response> {
  try {
    return await fetch(url, { method: 'POST', headers, body });
  } catch (cause) {
    throw new AppError('NOT_RUNNING', `Nothing listens at ${url}.`, { cause });
  }
}

/** @throws AppError ARGUMENT_INVALID naming those there are. */
export function sourceOf({ sources }: Config, source: string): WebhookSource {
  const senders = webhookSources(sources);
  const settings = senders.find(([id]) => id === source)?.[1];
  if (settings !== undefined) return settings;
  throw new AppError(
    'ARGUMENT_INVALID',
    `No source that sends is called "${source}"; there are ${senders.map(([id]) => id).join(', ')}.`,
  );
}

function bytesOf(payload: unknown): Buffer<ArrayBuffer> {
  if (payload instanceof Uint8Array) return Buffer.from(payload);
  return Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
}
