import { tmpdir } from 'node:os';
import { normaliseEmail } from '../../../lib/email.ts';
import { AppError } from '../../../lib/errors.ts';
import { textBytes } from '../../../lib/export/digest.ts';
import { fileSpools } from '../../../lib/export/file-spool.ts';
import { judge, RULES } from '../../../lib/export/findings.ts';
import { manifestKey, openNight, publishedDates, readNight } from '../../../lib/export/nights.ts';
import type { Row } from '../../../lib/export/row.ts';
import { everybody } from '../../../lib/lifecycle/identity.ts';
import { keys, type Person, type ReviewItem } from '../../../lib/lifecycle/ledger.ts';
import { whose } from '../../../lib/lifecycle/observed.ts';
import { viewPerson } from '../../../lib/lifecycle/view.ts';
import { freeze, type Frozen, type Holder } from '../../../lib/review/frozen.ts';
import { allReviews, findReview, folderOf, keepFrozen, readFrozen } from '../../../lib/review/kept.ts';
import { worksheetText } from '../../../lib/review/worksheet.ts';
import { DAY, parseInstant } from '../../../lib/time.ts';
import { openFolder } from '../folder.ts';
import type { Given, Report } from '../frame/command.ts';
import { writeDecision } from '../frame/decision.ts';
import { table } from '../frame/table.ts';
import type { Target } from '../frame/target.ts';

/** Freezes the last night; again it only writes the worksheets anew. */
export async function open(target: Target, given: Given, id: string): Promise<Report> {
  const { archive, store } = target;
  const review = (await findReview(store, id)) ?? (await freezeLast(target, given, id));
  if (review.closed !== undefined) throw new AppError('ARGUMENT_INVALID', `The review ${id} is closed.`);
  const frozen = await readFrozen(archive, review);
  for (const { name } of frozen.sheets)
    await archive.put(`${folderOf(id)}worksheets/${name}.csv`, textBytes(worksheetText(frozen, name)), 'text/csv');
  const { out } = given.options;
  if (typeof out === 'string') await writeTo(out, frozen);
  const { date, manifest, startedAt } = frozen.night;
  const old = Math.floor((review.at - startedAt) / DAY);
  const sheets = frozen.sheets.map((sheet) => ({
    ...sheet,
    rows: frozen.rows.filter((row) => row.sheet === sheet.name),
  }));
  const text = [
    `${id}: ${frozen.rows.length} accounts of the night of ${date}, manifest sha256:${manifest}, compared with ${frozen.since ?? 'no review before'}.`,
    ...(old > 1 ? [`That night was ${old} days old when it was frozen: later ones are missing.`] : []),
    table(sheets, [
      { title: 'worksheet', of: ({ name }) => `${name}.csv` },
      { title: 'rows', of: ({ rows }) => rows.length, right: true },
      { title: 'new', of: ({ rows }) => rows.filter(({ mark }) => mark === 'new').length, right: true },
      { title: 'changed', of: ({ rows }) => rows.filter(({ mark }) => mark === 'changed').length, right: true },
      {
        title: 'with findings',
        of: ({ rows }) => rows.filter(({ findings }) => findings.length > 0).length,
        right: true,
      },
      { title: 'reviewer', of: ({ reviewer }) => reviewer ?? 'to be named in the worksheet' },
    ]),
    `They lie under ${folderOf(id)}worksheets/ in the bucket${typeof out === 'string' ? `, and in ${out}` : ''}. What comes back: npm run ops -- review take ${id} <file>, or into review-inbox/.`,
  ];
  return { text: text.join('\n\n'), data: { review: id, night: frozen.night, sheets: frozen.sheets } };
}

async function freezeLast(target: Target, given: Given, id: string): Promise<ReviewItem> {
  const { archive, store, clock } = target;
  const by = given.options['per'] ?? 'manager';
  if (by !== 'manager' && by !== 'group') throw new AppError('ARGUMENT_INVALID', '--per: manager or group.');
  const date = (await publishedDates(archive)).at(-1);
  const published = date === undefined ? undefined : await readNight(archive, manifestKey(date));
  await using night = published && (await openNight({ archive, openSpool: fileSpools(tmpdir()) }, published));
  if (published === undefined || night === undefined)
    throw new AppError('ARGUMENT_INVALID', 'No night was published yet that this version can read.');
  const startedAt = parseInstant(published.manifest.startedAt, 'UTC') ?? 0;
  const frozen = await freeze(night.rows(), {
    review: id,
    night: { date: published.manifest.date, manifest: published.sha256, startedAt },
    by,
    holderOf: await holders(target),
    findingsOf: findings(target, startedAt),
    previous: await lastClosed(target),
  });
  const item: ReviewItem = {
    ...keys.review(id),
    schema: 1,
    id,
    night: frozen.night,
    frozen: await keepFrozen(archive, frozen),
    rows: frozen.rows.length,
    at: clock.now(),
    taken: 0,
  };
  if ((await store.put(item, 'absent')) === undefined)
    throw new AppError('STORE_CONFLICT', `Somebody else opened ${id} at this moment; run it again.`);
  await writeDecision(target, given, 'review open', { review: id, manifest: published.sha256, rows: item.rows });
  return item;
}

async function lastClosed(target: Target): Promise<Frozen | undefined> {
  const closed = (await allReviews(target)).filter((review) => review.closed !== undefined);
  const last = closed.sort((a, b) => (a.closed?.at ?? 0) - (b.closed?.at ?? 0)).at(-1);
  return last && readFrozen(target.archive, last);
}

/** Who holds an account: by its guid, else by its address. */
async function holders({ store, config, clock }: Target): Promise<(row: Row) => Holder> {
  const now = clock.now();
  const [byGuid, byEmail] = [new Map<string, Person>(), new Map<string, Person>()];
  for await (const person of everybody(store)) {
    if (person.guid !== undefined) byGuid.set(person.guid, person);
    for (const email of whose(person, config, now).emails) byEmail.set(email, person);
  }
  return ({ guid, email }) => {
    const address = email === null ? [] : [normaliseEmail(email)];
    const person = byGuid.get(guid) ?? byEmail.get(address[0] ?? '');
    if (person === undefined) return { own: address };
    const manager = viewPerson(person.facts, config, now).attributes.managerEmail;
    return {
      pid: person.pid,
      own: [...new Set([...address, ...person.emails])],
      ...(manager && { manager: normaliseEmail(manager) }),
    };
  };
}

/** Those of low severity concern many, and are mended for all at once: they are no question to a reviewer. */
function findings({ config }: Target, now: number): (row: Row) => string[] {
  const by = { now, dormantDays: config.night.dormantDays, signIn: config.signIn };
  const asked = RULES.filter(({ severity }) => severity !== 'low');
  return (row) => {
    const codes = new Set<string>(judge(row, by).map(({ code }) => code));
    return asked.filter(({ code }) => codes.has(code)).map(({ mark }) => mark);
  };
}

async function writeTo(out: string, frozen: Frozen): Promise<void> {
  await using folder = await openFolder(out);
  for (const { name } of frozen.sheets)
    await folder.put(`${name}.csv`, textBytes(worksheetText(frozen, name)), 'text/csv');
  await folder.publish();
}
