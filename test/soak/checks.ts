import type { Account } from '../../infra/local/bitsight-simulator/account.ts';
import type { Effect } from '../../infra/local/bitsight-simulator/record.ts';
import type { LifecycleEvent } from '../../lib/lifecycle/event.ts';
import type { Person, Receipt } from '../../lib/lifecycle/ledger.ts';
import type { TestWorld } from '../support/world.ts';
import type { ClientCall } from './client-calls.ts';
import type { Human } from './people.ts';

const lower = (text: string): string => text.trim().toLowerCase();

/** I1 from the simulator's record: what our calls made, for whom, and whether an earlier one was still there. */
export function twoAccounts(world: TestWorld, humans: readonly Human[]): string[] {
  const humanOf = new Map(humans.flatMap((human) => human.addresses.map((address) => [address, human] as const)));
  const standing = new Map<string, { human: Human | undefined; email: string }>();
  const broken: string[] = [];
  for (const { change, actor } of world.core.record.effects) {
    const { before, after } = change;
    if (after === null) standing.delete(before?.guid ?? '');
    if (after === null || actor !== 'api') continue;
    const mine = { human: humanOf.get(lower(after.email)), email: lower(after.email) };
    const others = [...standing].filter(([guid]) => guid !== after.guid).map(([, one]) => one);
    if (
      before === null &&
      others.some((one) => one.email === mine.email || (one.human !== undefined && one.human === mine.human))
    )
      broken.push(`I1: a second account for ${after.email}`);
    if (before === null || standing.has(after.guid)) standing.set(after.guid, mine);
  }
  return broken;
}

/** I5: between a POST of unknown outcome, or a refused one, and the next for that address lie two thorough looks. */
export function blindRepeats(world: TestWorld, calls: readonly ClientCall[]): string[] {
  const { settleMs } = world.config.bitsight;
  const posts = calls.filter(({ method }) => method === 'POST');
  return posts.flatMap((post, index) => {
    const next = posts.slice(index + 1).find(({ email }) => email === post.email);
    if (next === undefined || (post.answer !== 'unknown' && post.answer !== 400)) return [];
    if (removedBetween(world, post, next)) return [];
    const looks = calls.filter(
      (call) => call.at > post.at && (call.endAt ?? Infinity) <= next.at && isThorough(call, post.email),
    );
    const apart = (looks.at(-1)?.at ?? 0) - (looks[0]?.at ?? 0);
    return apart >= settleMs ? [] : [`I5: POST for ${post.email} again after ${apart} ms of looking`];
  });
}

function isThorough({ query, email, answer }: ClientCall, wanted: string | undefined): boolean {
  return email === wanted && query.get('is_company_api_token') === 'true' && answer === 200;
}

function removedBetween({ core }: TestWorld, { at, email }: ClientCall, next: ClientCall): boolean {
  return core.record.effects.some(
    ({ at: when, change }) =>
      when >= at && when <= next.at && change.after === null && lower(change.before?.email ?? '') === email,
  );
}

/** I4: each delivery that the door accepted has come to an end. The same end may be told again, so the first word counts. */
export function accounting(world: TestWorld, accepted: readonly LifecycleEvent[], people: readonly Person[]): string[] {
  const answers = world.published.filter(({ source }) => source !== 'ledger'); // else told of what nobody asked for
  const told = new Set(answers.map(({ received }) => received));
  const known = new Set([...accepted.map(({ received }) => received), ...approvals(world)]);
  const unfinished = people.filter(({ op, open, outbox }) => op !== undefined || open.length > 0 || outbox.length > 0);
  return [
    ...accepted
      .filter(({ received }) => !told.has(received))
      .map(({ received, kind }) => `I4: ${kind} ${received} has no end`),
    ...[...told.difference(known)].map((received) => `I4: ${received} was never accepted`),
    ...unfinished.map(({ pid }) => `I4: ${pid} is not finished`),
    ...accepted
      .filter((event) => isToldTooEarly(world, event))
      .map(({ received }) => `I4: ${received} ended before its time`),
  ];
}

/** An approved batch comes to each of its members as an event of its own. */
function approvals({ table }: TestWorld): string[] {
  const batches = [...table].filter(([pk]) => pk.startsWith('B#'));
  return batches.flatMap(([pk, rows]) => [...rows.keys()].map((sk) => `${pk.slice(2)}:${sk.slice(2)}`));
}

/** What is said of a repetition is no word on what it says. */
const OF_REPETITIONS = ['SEEN_BEFORE', 'SAME_ID_OTHER_BODY', 'REPEATED_BODY'];

function isToldTooEarly({ published }: TestWorld, { received, from }: LifecycleEvent): boolean {
  return published.some(
    (outcome) => outcome.received === received && outcome.at < from && !OF_REPETITIONS.includes(outcome.code),
  );
}

/** I10: what a receipt of a change says was so in Bitsight at some moment between intent and proof. */
export function falseReceipts(world: TestWorld, receipts: readonly Receipt[], lateMs: number): string[] {
  const histories = Map.groupBy(world.core.record.effects, ({ change }) => (change.after ?? change.before)?.guid ?? '');
  const byKey = new Map(receipts.map((receipt) => [`${receipt.pid} ${receipt.seq}`, receipt]));
  const unproven = world.published
    .filter(({ result }) => result === 'done')
    .flatMap(({ pid, seq, what, received }) =>
      byKey.get(`${pid} ${seq}`)?.what === what ? [] : [`I10: ${received} is done (${what}) without its receipt`],
    );
  const wrong = receipts.filter(({ kind }) => kind !== 'none').filter((receipt) => !wasSo(receipt, histories, lateMs));
  return [...unproven, ...wrong.map(({ pid, seq, what }) => `I10: receipt ${seq} of ${pid} (${what}) was never so`)];
}

function wasSo(receipt: Receipt, histories: Map<string, Effect[]>, lateMs: number): boolean {
  const { before, after, startedAt, provenAt, personal } = receipt;
  const guid = (after ?? before)?.['guid'];
  const states = statesBetween(
    (typeof guid === 'string' ? histories.get(guid) : undefined) ?? [],
    startedAt - lateMs,
    provenAt,
  );
  if (after === null) return states.includes(null);
  const shown = { ...after, ...(personal?.['after'] as object) }; // -- an object by writeReceipt
  return states.some((state) => state !== null && agrees(shown, state));
}

/** Each state that an account was in at some moment between the two instants; null: it was not there. */
function statesBetween(history: readonly Effect[], from: number, to: number): (Account | null)[] {
  const first = history.findLastIndex(({ at }) => at <= from);
  const within = history.filter(({ at }, index) => index >= first && at <= to).map(({ change }) => change.after);
  return first === -1 ? [history[0]?.change.before ?? null, ...within] : within;
}

function agrees(shown: Record<string, unknown>, state: Account): boolean {
  const features = Object.fromEntries(state.features.map(({ slug, value }) => [slug, value]));
  const { email, group, roles, formal_name: formalName, is_available_for_contact: contact } = state;
  const real = { email, group, roles, formalName, contact, features };
  return Object.entries(real).every(([name, value]) => JSON.stringify(shown[name]) === JSON.stringify(value));
}

/** I7: nothing that anybody reads beside the ledger holds an address, a name or a token. */
export function leaks(world: TestWorld, errors: readonly unknown[], humans: readonly Human[]): string[] {
  const secrets = [
    ...world.core.tokens(),
    'simulator-token',
    '@example',
    ...humans.map(({ lastName }) => lastName.split('-')[0] ?? ''),
  ];
  const texts = [
    ...world.telemetry.lines,
    ...world.published.map((outcome) => JSON.stringify(outcome)),
    ...world.queues.dead.map(({ reason }) => reason),
    ...errors.map(textOf),
  ];
  return texts.filter((text) => secrets.some((secret) => text.includes(secret))).map((text) => `I7: ${text}`);
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${textOf(error.cause ?? '')}` : String(error);
}
