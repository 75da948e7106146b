import { refuseFenced } from './fence.ts';
import { readPerson } from './identity.ts';
import { readItem } from './item.ts';
import { keys, ReceiptSchema, type Account, type Operation, type Person, type Receipt } from './ledger.ts';
import type { Lifecycle } from './reconcile.ts';

interface Proven {
  kind: Receipt['kind'];
  answers: string[];
  why: string;
  op?: Operation;
  after?: Account | null;
  /** What it proves where there was no operation: so often as it is written, it is there once. */
  once?: { operation: string; what: string };
}

/** What an operation of each kind did. */
export const WHAT = { create: 'created', update: 'changed', restrict: 'restricted', delete: 'removed' } as const;
const PERSONAL = new Set(['email', 'formalName', 'friendlyName', 'formal_name', 'friendly_name', 'lastLogin']);

/**
 * Appends the proof and returns its number. A number that is taken belongs to an earlier receipt, to this very one, or
 * to one of whoever took the operation up meanwhile.
 */
export async function writeReceipt(
  lifecycle: Pick<Lifecycle, 'store' | 'clock' | 'configHash' | 'ids'>,
  person: Person,
  proven: Proven,
): Promise<number> {
  const operation = proven.op?.id ?? proven.once?.operation ?? lifecycle.ids.next();
  for (let seq = person.seq + 1; ; seq++) {
    if (proven.op !== undefined) refuseFenced(await readPerson(lifecycle.store, person.pid), proven.op);
    const receipt = receiptOf(lifecycle, person, proven, seq, operation);
    if ((await lifecycle.store.put(receipt, 'absent')) !== undefined) return seq;
    const taken = await lifecycle.store.get(keys.receipt(person.pid, seq));
    if (taken !== undefined && readItem(ReceiptSchema, taken).operation === operation) return seq;
  }
}

function receiptOf(
  { clock, configHash }: Pick<Lifecycle, 'clock' | 'configHash'>,
  person: Person,
  proven: Proven,
  seq: number,
  operation: string,
): Receipt {
  const { op, after } = proven;
  const before = op?.before ?? null;
  const request = { ...op?.request };
  return {
    ...keys.receipt(person.pid, seq),
    schema: 1,
    pid: person.pid,
    seq,
    operation,
    kind: proven.kind,
    what: proven.once?.what ?? (proven.kind === 'none' ? 'nothing to do' : WHAT[proven.kind]),
    why: proven.why,
    before: before === null ? null : impersonal(before),
    request: impersonal(request),
    after: after === undefined || after === null ? null : impersonal(after),
    personal: { before: personal(before ?? {}), request: personal(request), after: personal(after ?? {}) },
    events: person.open.filter((open) => proven.answers.includes(open.received)).map((open) => open.event),
    configHash,
    startedAt: op?.startedAt ?? clock.now(),
    provenAt: clock.now(),
  };
}

/** Without names and addresses. */
export function impersonal(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !PERSONAL.has(name)));
}

function personal(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => PERSONAL.has(name)));
}
