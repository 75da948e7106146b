import * as z from 'zod';
import { seeded, type Random } from './random.ts';

/**
 * Misbehaviour, one row each. When: `probability` of the matching calls (seeded), or exactly the `calls` named (1 is the
 * first matching one), else each; at most `times` times. Which calls: `method` and a part of the `path`; kinds that
 * make sense for some calls only leave the others alone. `when` says on which side of the write it happens.
 */
const matching = {
  id: z.string().optional(),
  method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']).optional(),
  path: z.string().optional(),
  probability: z.number().min(0).max(1).optional(),
  calls: z.array(z.int().positive()).optional(),
  times: z.int().nonnegative().optional(),
};
const when = z.enum(['before', 'after']).default('before');
const fault = <K extends string, T extends z.ZodRawShape>(kind: K, shape: T) =>
  z.strictObject({ kind: z.literal(kind), ...matching, ...shape });

export const FaultSchema = z.discriminatedUnion('kind', [
  /** 429; `retryAfter` in domain seconds, null: no header. `holds`: every call is refused until then. */
  fault('rate-limit', {
    retryAfter: z.number().nonnegative().nullable().default(60),
    as: z.enum(['seconds', 'http-date']).default('seconds'),
    holds: z.boolean().default(false),
  }),
  fault('server-error', { status: z.int().min(500).max(599).default(503), when }),
  /** The connection is cut: before the write, after it (the answer is lost), or in the middle of the answer. */
  fault('reset', { when: z.enum(['before', 'after', 'midway']).default('before') }),
  /** Waits; before the write it may still happen after the client has given up. Domain milliseconds. */
  fault('slow', { ms: z.number().nonnegative(), when }),
  fault('html', { status: z.int().default(403), when }),
  /** A whole HTTP message with half the JSON. */
  fault('cut-json', {}),
  fault('unauthorized', {}),
  fault('forbidden', {}),
  /** Fewer rows than the limit; the next link goes on right behind them. */
  fault('short-page', { rows: z.int().positive().optional() }),
  /** No rows although there are some; the next link goes on behind the page, so its rows are missing. */
  fault('empty-page', {}),
  /** The first row of a page comes twice. */
  fault('duplicate-row', {}),
  /** After the page was made, accounts of it are removed and others added by hand, so that later pages shift. */
  fault('churn', { add: z.int().nonnegative().default(0), remove: z.int().nonnegative().default(1) }),
  /** PATCH answers as if all were well and leaves the field as it was. */
  fault('ignore-field', { field: z.string() }),
  /** The write is seen by reads only after so many domain milliseconds. */
  fault('late-read', { ms: z.number().nonnegative() }),
]);
export type Fault = z.infer<typeof FaultSchema>;
export type FaultInput = z.input<typeof FaultSchema>;
export type FaultKind = Fault['kind'];
export type Planned = Fault & { seen: number; fired: number };

const LISTED: readonly FaultKind[] = ['short-page', 'empty-page', 'duplicate-row', 'churn'];
/** Kinds that stand in for the answer: one of them a call is enough. */
const ANSWERS: readonly FaultKind[] = [
  'rate-limit',
  'server-error',
  'reset',
  'html',
  'cut-json',
  'unauthorized',
  'forbidden',
];

export class Faults {
  #planned: Planned[];
  readonly #random: Random;

  constructor(faults: readonly FaultInput[], seed: number) {
    this.#planned = plan(faults);
    this.#random = seeded(seed);
  }

  set(faults: readonly FaultInput[]): void {
    this.#planned = plan(faults);
  }

  /** The plan with how often each matched and took effect. */
  list(): readonly Planned[] {
    return this.#planned;
  }

  /** The faults of this call; each counts as fired until it is put back. */
  choose(method: string, path: string, body: string): Planned[] {
    const chosen: Planned[] = [];
    for (const one of this.#planned) {
      const spent = ANSWERS.includes(one.kind) && chosen.some(({ kind }) => ANSWERS.includes(kind));
      if (!matches(one, method, path, body)) continue;
      one.seen += 1;
      const drawn = one.probability === undefined || this.#random() < one.probability;
      const due = (one.calls?.includes(one.seen) ?? drawn) && one.fired < (one.times ?? Infinity);
      if (due && !spent) chosen.push(one);
    }
    for (const one of chosen) one.fired += 1;
    return chosen;
  }

  /** It was chosen and had no effect. */
  putBack(fault: Planned): void {
    fault.fired -= 1;
  }
}

function plan(faults: readonly FaultInput[]): Planned[] {
  return faults.map((fault) => ({ ...FaultSchema.parse(fault), seen: 0, fired: 0 }));
}

function matches(fault: Fault, method: string, path: string, body: string): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  if (fault.path !== undefined && !path.includes(fault.path)) return false;
  if (LISTED.includes(fault.kind)) return method === 'GET' && /\/v2\/users\/?$/.test(path);
  if (fault.kind === 'late-read') return method !== 'GET';
  return fault.kind !== 'ignore-field' || (method === 'PATCH' && body.includes(`"${fault.field}"`));
}
