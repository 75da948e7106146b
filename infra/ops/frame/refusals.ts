import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';

/** A request that the door turned away. */
export interface Refusal {
  /** Epoch milliseconds of the wall. */
  at: number;
  status: number;
  source: string;
  code: string;
}

const FailedSchema = z.object({
  service: z.literal('webhook'),
  timestamp: z.iso.datetime(),
  status: z.int(),
  code: z.string(),
  /** What could not be read, and where; never what was sent. */
  detail: z.string().optional(),
});
/** The metric that tells the source and why; written just before the line above. */
const ReasonSchema = z.object({
  service: z.literal('webhook'),
  DeliveryRefused: z.number(),
  source: z.string(),
  reason: z.string(),
});

/** What the door refused, from the log that the functions write on localhost. */
export function readRefusals(path: string): Refusal[] {
  const refusals: Refusal[] = [];
  let why: z.infer<typeof ReasonSchema> | undefined;
  for (const line of existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []) {
    if (!line.includes('"webhook"')) continue;
    const value: unknown = JSON.parse(line);
    why = ReasonSchema.safeParse(value).data ?? why;
    const failed = FailedSchema.safeParse(value).data;
    if (failed === undefined) continue;
    const { status, code, timestamp, detail } = failed;
    const known = code === 'WEBHOOK_UNVERIFIED' ? why : undefined;
    const reason = code === 'WEBHOOK_UNVERIFIED' ? known?.reason : detail?.replace(/\.$/, '');
    const text = reason === undefined ? code : `${code} (${reason})`;
    refusals.push({ at: Date.parse(timestamp), status, source: known?.source ?? '', code: text });
    why = undefined;
  }
  return refusals;
}
