import { AppError } from '../../../lib/errors.ts';
import { manifestKey, readNight } from '../../../lib/export/nights.ts';
import { RemovalLog, timesOf, type Times } from '../../../lib/export/removal.ts';
import { readItem } from '../../../lib/lifecycle/item.ts';
import { PersonSchema, ReceiptSchema, type ReviewRow } from '../../../lib/lifecycle/ledger.ts';
import { PRODUCT } from '../../../lib/runtime/product.ts';
import { folderOf, readReview } from '../../../lib/review/kept.ts';
import { SUMS, writePack, type Pack, type PackOrder, type PackRow } from '../../../lib/review/pack.ts';
import { packPage } from '../../../lib/review/page.ts';
import { brokenChain, verifyPack, wrongNights } from '../../../lib/review/verify.ts';
import { rowId } from '../../../lib/review/worksheet.ts';
import { startOfDay, toIso } from '../../../lib/time.ts';
import { openFolder } from '../folder.ts';
import type { Given, Report } from '../frame/command.ts';
import { writeDecision } from '../frame/decision.ts';
import type { Target } from '../frame/target.ts';
import { archivePack } from './place.ts';
import { readStanding, type Standing } from './standing.ts';
import { periodOf } from './status.ts';

/** Refuses while anything is open, then writes the evidence; of a closed review it only hands the pack out again. */
export async function close(target: Target, given: Given, id: string): Promise<Report> {
  const { closed } = await readReview(target.store, id);
  const pack = closed?.pack ?? (await closeNow(target, given, id));
  const { out } = given.options;
  if (typeof out === 'string') await copyTo(target, id, out);
  const place = typeof out === 'string' ? out : id;
  return {
    text: `${id} is closed. The evidence lies under ${folderOf(id)}pack/ in the bucket${typeof out === 'string' ? ` and in ${out}` : ''}.\nHash of ${SUMS}, to be noted where the pack is signed: ${pack}\nnpm run verify -- ${place} checks it.`,
    data: { review: id, pack },
  };
}

async function closeNow(target: Target, given: Given, id: string): Promise<string> {
  const { store, archive, clock } = target;
  const standing = await readStanding(target, id);
  refuseOpen(id, standing.rows);
  const { v, ...review } = standing.review;
  const [at, by] = [clock.now(), await target.caller()];
  const order = await orderFor(target, standing, { at, by });
  const pack = await writePack(order, (name, body, type) => archive.put(`${folderOf(id)}pack/${name}`, body, type));
  const { problems } = await verifyPack(archivePack(target, id), undefined);
  if (problems.length > 0) throw new AppError('SNAPSHOT_UNREADABLE', `${problems.join('. ')}.`);
  // whatever was taken in since it was read makes this another version
  if ((await store.put({ ...review, closed: { at, by, pack } }, v)) === undefined)
    throw new AppError(
      'REVIEW_UNFINISHED',
      `A worksheet of ${id} was taken in meanwhile; look at it, and close again.`,
    );
  await writeDecision(target, given, 'review close', { review: id, pack, missing: order.about.missing.length });
  return pack;
}

const SHOWN = 10;

/** @throws AppError REVIEW_UNFINISHED while a row is undecided, or what was decided is not proven. */
function refuseOpen(id: string, rows: readonly Standing[]): void {
  const named = (some: readonly Standing[]): string => {
    const ids = some
      .slice(0, SHOWN)
      .map(({ row, held }) => `${rowId(id, row.n)}${held === undefined ? '' : ` (held ${held.code})`}`);
    return `${ids.join(', ')}${some.length > SHOWN ? ' …' : ''}`;
  };
  const undecided = rows.filter(({ state }) => state === 'undecided');
  const unproven = rows.filter(({ state }) => state === 'decided' || state === 'told' || state === 'held');
  const problems = [
    ...(undecided.length === 0 ? [] : [`${undecided.length} rows of ${id} are undecided: ${named(undecided)}.`]),
    ...(unproven.length === 0 ? [] : [`${unproven.length} are decided and not proven: ${named(unproven)}.`]),
  ];
  if (problems.length > 0) throw new AppError('REVIEW_UNFINISHED', problems.join(' '));
}

async function orderFor(
  target: Target,
  { review, frozen, rows }: Awaited<ReturnType<typeof readStanding>>,
  closing: { at: number; by: string },
): Promise<PackOrder> {
  const { archive, config } = target;
  const { span, nights, missing } = await periodOf(target, review.id, frozen.night.date);
  const decided = rows.flatMap((one): PackRow[] =>
    one.decided === undefined ? [] : [{ ...one, decided: one.decided, receipts: ownReceipts(one) }],
  );
  const count = (verdict: ReviewRow['verdict']): number =>
    decided.filter((one) => one.decided.verdict === verdict).length;
  const about: Pack = {
    schema: 1,
    review: review.id,
    company: config.company ?? null,
    night: { date: frozen.night.date, manifest: frozen.night.manifest },
    since: frozen.since,
    openedAt: toIso(review.at),
    closedAt: toIso(closing.at),
    closedBy: closing.by,
    span,
    nights: nights.map(({ date }) => date),
    missing,
    known: [...brokenChain(nights), ...(await wrongNights(archive, nights))],
    counts: { keep: count('keep'), revoke: count('revoke'), change: count('change') },
    configHash: target.configHash,
    product: `${PRODUCT.name} ${PRODUCT.version}`,
  };
  const times = await timesSince(target, span.from, decided);
  const { exceptions, protected: guarded } = config;
  return {
    about,
    frozen,
    rows: decided,
    nights,
    times,
    exceptions: { exceptions, protected: guarded },
    page: packPage({ about, rows: decided, times }),
    files: [await population(target, frozen.night.date), ...(await worksheets(target, review.id))],
  };
}

/** What the workers proved since they were told. */
const ownReceipts = ({ decided, receipts }: Standing): PackRow['receipts'] =>
  receipts.filter(({ provenAt }) => provenAt >= (decided?.told?.at ?? Infinity));

/** Of everybody, not only of whom this review ended. */
async function timesSince({ store, config }: Target, from: string, rows: readonly PackRow[]): Promise<Times[]> {
  const since = startOfDay(from, config.night.timeZone) ?? 0;
  const decidedAt = new Map(
    rows.flatMap(({ decided }) => (decided.told === undefined ? [] : [[decided.told.event, decided.at] as const])),
  );
  const removals = new RemovalLog(config);
  for await (const item of store.scan()) {
    if (item.pk.startsWith('P#') && item.sk === 'P') removals.person(readItem(PersonSchema, item));
    if (item.sk.startsWith('R#')) removals.receipt(readItem(ReceiptSchema, item));
  }
  return timesOf(removals.since(since, decidedAt));
}

type PackFile = PackOrder['files'][number];

/** The list of everybody, as the frozen night has it, to the byte. */
async function population({ archive }: Target, date: string): Promise<PackFile> {
  const night = await readNight(archive, manifestKey(date));
  const file = night?.manifest.files.find(({ name }) => name.startsWith('users.csv'));
  const body = file && (await archive.get(file.key));
  if (file === undefined || body === undefined)
    throw new AppError('SNAPSHOT_UNREADABLE', `users.csv of the night of ${date} is gone.`);
  return { name: file.name, body };
}

/** Every worksheet that was taken in, as it came. */
async function worksheets({ archive }: Target, id: string): Promise<PackFile[]> {
  const done = `${folderOf(id)}done/`;
  const files: PackFile[] = [];
  for (const key of await archive.list(done)) {
    const body = await archive.get(key);
    if (body !== undefined) files.push({ name: `worksheet-${key.slice(done.length)}`, body });
  }
  return files;
}

async function copyTo(target: Target, id: string, out: string): Promise<void> {
  const pack = archivePack(target, id);
  await using folder = await openFolder(out);
  for (const name of await pack.names()) {
    const body = await pack.get(name);
    if (body !== undefined) await folder.put(name, body, '');
  }
  await folder.publish();
}
