import {
  BatchMemberSchema,
  BatchSchema,
  DecisionSchema,
  keys,
  PlannedSchema,
  ReceiptSchema,
  type Batch,
  type BatchMember,
  type Decision,
  type Person,
  type Planned,
  type Receipt,
} from '../../../lib/lifecycle/ledger.ts';
import { getItem } from '../../../lib/lifecycle/item.ts';
import { plannedFields } from './plans.ts';
import type { Target } from './target.ts';
import { changeText, reason, sayingText, when } from './words.ts';

/** Everything the ledger holds of a person beside the person. */
export interface History {
  receipts: Receipt[];
  plans: Planned[];
  batches: { batch: Batch; member: BatchMember }[];
  decisions: Decision[];
}

export async function receiptsOf(store: Target['store'], { pid }: Pick<Person, 'pid'>): Promise<Receipt[]> {
  return (await store.query(keys.person(pid).pk, { prefix: 'R#' })).map((item) => ReceiptSchema.parse(item));
}

/** What people call a group, where the account or a proof of this person tells; else what was given. */
export function groupNames({ observed }: Person, receipts: readonly Receipt[]): (group: string) => string {
  const seen = [...receipts.flatMap(({ before, after }) => [before, after]), observed];
  return (group) => {
    const name = seen.find((account) => account?.['group'] === group)?.['groupName'];
    return typeof name === 'string' ? name : group;
  };
}

export async function historyOf({ store }: Target, person: Person): Promise<History> {
  const of = (prefix: string) => store.query(keys.person(person.pid).pk, { prefix });
  const receipts = await receiptsOf(store, person);
  const plans = (await of('L#')).map((item) => PlannedSchema.parse(item));
  const all = (await store.query(keys.decision(0, '').pk)).map((item) => DecisionSchema.parse(item));
  const named = [person.held?.batch, ...all.map(({ about }) => about['batch'])];
  const batches: History['batches'] = [];
  for (const id of new Set(named.filter((one) => typeof one === 'string'))) {
    const member = await getItem(store, keys.member(id, person.pid), BatchMemberSchema);
    const batch = await getItem(store, keys.batch(id), BatchSchema);
    if (member !== undefined && batch !== undefined) batches.push({ batch, member });
  }
  const names = new Set<unknown>([person.pid, ...batches.map(({ batch }) => batch.id), ...eventsOf(person, receipts)]);
  const decisions = all.filter(({ about }) =>
    [about['pid'], about['former'], about['batch'], about['event']].some((name) => names.has(name)),
  );
  return { receipts, plans, batches, decisions };
}

function eventsOf({ facts, open }: Person, receipts: readonly Receipt[]): string[] {
  const said = Object.values(facts).flatMap((known) => Object.values(known).flat());
  return [...said, ...open].map(({ event }) => event).concat(receipts.flatMap(({ events }) => events));
}

/** One thing that happened. */
export interface Entry {
  at: number;
  by: string;
  what: string;
}

/** In order of time; what was said stands where it was said, whenever it holds. */
export function entriesOf(
  { config }: Pick<Target, 'config'>,
  person: Person,
  { receipts, plans, batches, decisions }: History,
): Entry[] {
  return [
    ...sayings(person, groupNames(person, receipts)),
    ...receipts.map((receipt) => ({ at: receipt.provenAt, by: `receipt ${receipt.seq}`, what: receiptText(receipt) })),
    ...plans.map((plan) => ({
      at: plan.at,
      by: 'plan',
      what: `${plannedText(plan, config)} (${reason(plan.why)}); not armed`,
    })),
    ...batches.map(({ batch, member }) => ({
      at: member.at,
      by: 'fuse',
      what: `joined the batch ${batch.id}, now ${batch.status}`,
    })),
    ...decisions.map(({ at, who, what, comment }) => ({
      at,
      by: who,
      what: comment === undefined ? what : `${what}: ${comment}`,
    })),
  ].sort((a, b) => a.at - b.at);
}

function receiptText(receipt: Receipt): string {
  if (receipt.kind === 'none') return `${receipt.what}: ${reason(receipt.why)}`;
  return `${changeText(receipt)} (${reason(receipt.why)})`;
}

function plannedText(planned: Planned, config: Target['config']): string {
  const fields = plannedFields(planned, config);
  return `would ${planned.plan.kind}${fields === '' ? '' : `: ${fields}`}`;
}

/** The sayings of one event in one line. */
function sayings({ facts }: Person, nameOf: (group: string) => string): Entry[] {
  const lines = new Map<string, Entry>();
  for (const [source, known] of Object.entries(facts))
    for (const [name, list] of Object.entries(known))
      for (const saying of list) {
        const key = `${source} ${saying.event} ${saying.said}`;
        const line = lines.get(key);
        const what = sayingText(name, saying, nameOf);
        lines.set(key, { at: saying.said, by: source, what: line === undefined ? what : `${line.what}, ${what}` });
      }
  return [...lines.values()];
}

export const entryColumns = [
  { title: 'time', of: ({ at }: Entry) => when(at) },
  { title: 'by', of: ({ by }: Entry) => by },
  { title: 'what', of: ({ what }: Entry) => what },
];
