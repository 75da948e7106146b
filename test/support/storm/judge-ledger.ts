import * as z from 'zod';
import { normalise, type Account } from '../../../infra/local/bitsight-simulator/account.ts';
import type { CallRecord } from '../../../infra/local/bitsight-simulator/record.ts';
import { PersonSchema, ReceiptSchema, type Person, type Receipt } from '../../../lib/lifecycle/ledger.ts';
import type { Outcome } from '../../../lib/lifecycle/outcome.ts';
import type { Store } from '../../../lib/lifecycle/ports.ts';

export interface Ledger {
  people: Person[];
  receipts: Receipt[];
}

export async function readLedger(store: Store): Promise<Ledger> {
  const ledger: Ledger = { people: [], receipts: [] };
  for await (const item of store.scan()) {
    if (!item.pk.startsWith('P#')) continue;
    if (item.sk === 'P') ledger.people.push(PersonSchema.parse(item));
    if (item.sk.startsWith('R#')) ledger.receipts.push(ReceiptSchema.parse(item));
  }
  return ledger;
}

/** Accepted deliveries without exactly one outcome, outcomes of what was never accepted, and what is still at work. */
export function unsettled(accepted: readonly string[], outcomes: readonly Outcome[], { people }: Ledger): string[] {
  const ended = new Set(outcomes.map(({ received }) => received));
  const known = new Set(accepted);
  return [
    ...accepted.filter((received) => !ended.has(received)).map((received) => `${received} has no outcome`),
    ...[...ended].filter((received) => !known.has(received)).map((received) => `${received} was never accepted`),
    ...(outcomes.length === known.size ? [] : [`${outcomes.length} outcomes of ${known.size} accepted`]),
    ...people
      .filter(({ open, op, outbox }) => open.length > 0 || op !== undefined || outbox.length > 0)
      .map(({ pid }) => `person ${pid} is still at work`),
  ];
}

/** Receipts whose "after" Bitsight never showed, or that is not what was asked for; and changes without a receipt. */
export function wrongReceipts(record: CallRecord, { receipts }: Ledger): string[] {
  const made = receipts.filter(({ kind }) => kind !== 'none');
  const wrong = made.flatMap((receipt) => (isTrue(receipt, record) ? [] : [`receipt ${receipt.pid} ${receipt.seq}`]));
  const counted = (['create', 'delete'] as const).flatMap((kind) => {
    const written = made.filter((receipt) => receipt.kind === kind).length;
    const done = record.effects.filter(({ actor, change }) => actor === 'api' && kindOf(change) === kind).length;
    return written === done ? [] : [`${written} receipts of ${done} changes of kind ${kind}`];
  });
  return [...wrong, ...counted];
}

function kindOf({ before, after }: { before: Account | null; after: Account | null }): string {
  return before === null ? 'create' : after === null ? 'delete' : 'update';
}

const AfterSchema = z.looseObject({
  guid: z.string(),
  roles: z.array(z.string()),
  group: z.string(),
  contact: z.boolean(),
  features: z.record(z.string(), z.unknown()),
});
const PersonalSchema = z.object({
  request: z.looseObject({ email: z.string().optional(), formal_name: z.string().optional() }),
  after: z.looseObject({ email: z.string(), formalName: z.string() }),
});
const RequestSchema = z.looseObject({
  roles: z.array(z.object({ slug: z.string() })).default([]),
  group: z.string().optional(),
  is_available_for_contact: z.boolean().optional(),
  features: z.array(z.object({ slug: z.string(), value: z.unknown() })).default([]),
});

function isTrue(receipt: Receipt, record: CallRecord): boolean {
  if (receipt.kind === 'delete') return isGone(receipt, record);
  const { data: after } = AfterSchema.safeParse(receipt.after);
  if (after === undefined) return false;
  const { request, after: named } = PersonalSchema.parse(receipt.personal);
  const asked = RequestSchema.parse(receipt.request);
  const agreed =
    asked.roles.every(({ slug }) => after.roles.includes(slug)) &&
    (asked.group ?? after.group) === after.group &&
    (asked.is_available_for_contact ?? after.contact) === after.contact &&
    asked.features.every(({ slug, value }) => (after.features[slug] ?? false) === value) &&
    normalise(request.email ?? named.email) === normalise(named.email) &&
    (request.formal_name ?? named.formalName) === named.formalName;
  const states = record.history(after.guid).filter(({ at }) => at <= receipt.provenAt);
  return agreed && states.some(({ change }) => change.after !== null && shows(change.after, after, named));
}

function shows(
  account: Account,
  { roles, group, contact, features }: z.infer<typeof AfterSchema>,
  { email, formalName }: z.infer<typeof PersonalSchema>['after'],
): boolean {
  const had = Object.fromEntries(account.features.map(({ slug, value }) => [slug, value]));
  const [one, other] = [
    [account.roles, account.group, account.is_available_for_contact, account.email, account.formal_name, had],
    [roles, group, contact, email, formalName, features],
  ].map((values) => JSON.stringify(values));
  return one === other;
}

function isGone({ before, after, provenAt }: Receipt, record: CallRecord): boolean {
  const last = record.history(String(before?.['guid'])).at(-1);
  return after === null && last?.change.after === null && last.at <= provenAt;
}
