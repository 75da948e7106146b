import { MAIL_HASH_KEY } from '../../../lib/config/index.ts';
import { normaliseEmail } from '../../../lib/email.ts';
import { AppError } from '../../../lib/errors.ts';
import { textBytes } from '../../../lib/bytes.ts';
import { asks, judge } from '../../../lib/export/findings.ts';
import { readKnowledge, type Knowledge } from '../../../lib/export/known.ts';
import type { Row } from '../../../lib/export/row.ts';
import { listedIn, type Yardstick } from '../../../lib/export/standing.ts';
import { keys, type ReviewItem } from '../../../lib/lifecycle/ledger.ts';
import { groupLookup } from '../../../lib/lifecycle/tenant.ts';
import { freeze, type Frozen, type Holder } from '../../../lib/review/frozen.ts';
import { allReviews, findReview, folderOf, keepFrozen, readFrozen } from '../../../lib/review/kept.ts';
import { worksheetText } from '../../../lib/review/worksheet.ts';
import { DAY } from '../../../lib/time.ts';
import { openFolder } from '../folder.ts';
import type { Given, Report } from '../frame/command.ts';
import { writeDecision } from '../frame/decision.ts';
import { table } from '../frame/table.ts';
import type { Target } from '../frame/target.ts';
import { readLastNight } from './last-night.ts';

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
  const { archive, store, clock, config, secrets } = target;
  const mailKey = await secrets.current(MAIL_HASH_KEY);
  const by = given.options['per'] ?? 'manager';
  if (by !== 'manager' && by !== 'group') throw new AppError('ARGUMENT_INVALID', '--per: manager or group.');
  const night = await readLastNight(target);
  if (night === undefined)
    throw new AppError(
      'ARGUMENT_INVALID',
      'No night was published yet that this version can read; night.at in the configuration says when the next one is.',
    );
  const { rows, date, startedAt, manifest } = night;
  const groups = rows.flatMap(({ group_guid: guid, group_name: name }) => (guid && name ? [{ guid, name }] : []));
  const group = groupLookup([...new Map(groups.map((one) => [one.guid, one])).values()]);
  const ledger = await readKnowledge({ store, config, now: startedAt, group, mailKey }, stream(rows));
  const { dormantDays } = config.night;
  const frozen = freeze(rows, {
    review: id,
    night: { date, manifest, startedAt },
    by,
    holderOf: holderIn(ledger),
    findingsOf: findingsBy({ now: startedAt, dormantDays, signIn: config.signIn, listed: listedIn(config), ledger }),
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
  await writeDecision(target, given, 'review open', { review: id, manifest, rows: item.rows });
  return item;
}

async function lastClosed(target: Target): Promise<Frozen | undefined> {
  const closed = (await allReviews(target)).filter((review) => review.closed !== undefined);
  const last = closed.sort((a, b) => (a.closed?.at ?? 0) - (b.closed?.at ?? 0)).at(-1);
  return last && readFrozen(target.archive, last);
}

/** What the ledger knows now of whoever held an account in the night. */
function holderIn(knowledge: Knowledge): (row: Row) => Holder {
  return (row) => {
    const address = row.email === null ? [] : [normaliseEmail(row.email)];
    const known = knowledge.of(row);
    if (known === undefined) return { own: address };
    const { person, manager } = known;
    const own = [...new Set([...address, ...person.emails])];
    return { pid: person.pid, own, ...(manager !== undefined && { manager: normaliseEmail(manager) }) };
  };
}

function findingsBy(by: Yardstick): (row: Row) => string[] {
  return (row) => judge(row, by).flatMap(({ rule }) => (asks(rule) ? [rule.mark] : []));
}

async function* stream(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}

async function writeTo(out: string, frozen: Frozen): Promise<void> {
  await using folder = await openFolder(out);
  for (const { name } of frozen.sheets)
    await folder.put(`${name}.csv`, textBytes(worksheetText(frozen, name)), 'text/csv');
  await folder.publish();
}
