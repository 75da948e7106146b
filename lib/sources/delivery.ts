import { hash } from 'node:crypto';
import type * as z from 'zod';
import type { WebhookSource } from '../config/schema.ts';
import type { LifecycleEvent } from '../lifecycle/event.ts';
import type { Ids } from '../lifecycle/ports.ts';
import { parseInstant } from '../time.ts';
import { type Headers, unreadable } from '../webhooks/index.ts';

/** One verified request of a source. Instants are epoch milliseconds. */
export interface Delivery<C extends WebhookSource = WebhookSource> {
  raw: Uint8Array;
  headers: Headers;
  receivedAt: number;
  /** The source's id in the configuration. */
  source: string;
  config: C;
  /** What the signature covers besides the body, where the dialect has it. */
  signed: { id?: string | undefined; at?: number | undefined };
}

/** What a delivery says of one person; the rest of an event follows from the delivery. */
export type Statement = Pick<
  LifecycleEvent,
  | 'kind'
  | 'employeeId'
  | 'said'
  | 'from'
  | 'employment'
  | 'attributes'
  | 'access'
  | 'until'
  | 'thin'
  | 'askFrom'
  | 'ticket'
> & {
  /** The sender's own id of this statement, where it may come again in another delivery, and all that it says. */
  own?: { id: string; content: string };
};

/** Longer ids do not fit into an event's own. */
const MOST_ID = 200;

/** Numbers the statements of a delivery, so that a redelivery yields the same ids. */
export function eventsOf(delivery: Delivery, statements: Statement[], ids: Ids): LifecycleEvent[] {
  const { raw, receivedAt, source, signed } = delivery;
  const bodyHash = sha256(raw);
  if ((signed.id ?? '').length > MOST_ID) throw unreadable(`The id of the delivery is longer than ${MOST_ID}.`);
  return statements.map(({ own, ...statement }, n) => ({
    schema: 1,
    id: `${source}:${own?.id ?? `${signed.id ?? bodyHash}:${n}`}`,
    received: ids.next(),
    receivedAt,
    source,
    bodyHash: own === undefined ? bodyHash : sha256(own.content),
    idFrom: (own ?? signed).id === undefined ? 'body' : 'sender',
    ...statement,
    from: Math.max(0, statement.from),
  }));
}

const sha256 = (content: Uint8Array | string): string => hash('sha256', content);

/**
 * When something was said: the sender's own time, but never after it was received, since one wrong stamp in the future
 * would outrank everything said later.
 */
export function saidAt(delivery: Delivery, stamp: string | undefined): number {
  const own = stamp === undefined ? delivery.signed.at : parseInstant(stamp, delivery.config.timeZone);
  return Math.max(0, Math.min(own ?? delivery.receivedAt, delivery.receivedAt));
}

/**
 * Reads `value`, or says where it is wrong first.
 *
 * @throws AppError REQUEST_UNREADABLE with the JSON path, never with the value.
 */
export function readAs<S extends z.ZodType>(schema: S, value: unknown, at: readonly PropertyKey[] = []): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw unreadable(`${pathOf([...at, ...(first?.path ?? [])])}: ${first?.message}.`);
}

function pathOf(path: PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '') || 'body';
}
