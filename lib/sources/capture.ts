import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { WebhookSource } from '../config/schema.ts';
import { endOfDay, toIso } from '../time.ts';
import { dialectOf, type SignedRequest } from '../webhooks/index.ts';

/** Raw deliveries of sources that are being set up lie under this, for a week at most: a rule of the bucket. */
export const CAPTURES = 'capture/';

/** Lazy, since the door writes what only a person's command reads. */
export const CapturedSchema = z.lazy(() =>
  z.object({
    schema: z.literal(1),
    /** When it came, epoch milliseconds of the wall. */
    at: z.int(),
    /** What the sender was told. */
    status: z.int(),
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
  }),
);
export type Captured = z.infer<typeof CapturedSchema>;

/** Until when deliveries of a source are captured, epoch milliseconds; undefined: they are not. */
export function captureEnd({ capture, timeZone }: Pick<WebhookSource, 'capture' | 'timeZone'>): number | undefined {
  return capture && endOfDay(capture.until, timeZone);
}

/** A delivery as it is kept; keys of one source are in the order of time. `id` tells two of one moment apart. */
export function capturedAs(
  [source, settings]: [id: string, settings: WebhookSource],
  { method, url, headers, body }: SignedRequest,
  { at, status, id }: { at: number; status: number; id: string },
): { key: string; text: string } {
  const sent = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, hidden(settings, name, value)] as const],
  );
  const raw = { method, url, headers: Object.fromEntries(sent), body: Buffer.from(body).toString('base64') };
  const text = JSON.stringify({ schema: 1, at, status, ...raw } satisfies z.input<typeof CapturedSchema>);
  return { key: `${folderOf(source)}${toIso(at)}-${id}.json`, text };
}

export const folderOf = (source: string): string => `${CAPTURES}${source}/`;

/** A header that is itself the secret is kept as its hash: enough to tell whether it was the right one. */
export function hidden(settings: WebhookSource, name: string, value: string): string {
  const dialect = dialectOf(settings);
  if (dialect.scheme !== 'static' || ![dialect.header, 'authorization'].includes(name.toLowerCase())) return value;
  const prefix = value.startsWith(dialect.prefix ?? '') ? (dialect.prefix ?? '') : '';
  const rest = value.slice(prefix.length).trim();
  return `${prefix}sha256:${createHash('sha256').update(rest).digest('hex')} (${rest.length} characters)`;
}
