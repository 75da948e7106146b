import { basename } from 'node:path';
import { rosterSources, type RosterSource } from '../../lib/config/index.ts';
import { AppError, isAppError } from '../../lib/errors.ts';
import type { Difference } from '../../lib/roster/compare.ts';
import { INBOX } from '../../lib/roster/inbox.ts';
import { once } from '../../lib/bytes.ts';
import { readItem, type RosterDeps } from '../../lib/roster/kept.ts';
import { readOffer, type Offer, type Read } from '../../lib/roster/offer.ts';
import { keepFile, takeRoster, tellToTheEnd } from '../../lib/roster/take.ts';
import { type Command, type Given, type Report, FLAG, TEXT } from './frame/command.ts';
import { writeDecision } from './frame/decision.ts';
import { readBytes } from './frame/file.ts';
import { comparisonText, countsOf } from './frame/comparison.ts';
import type { Target } from './frame/target.ts';

const HELP = `CSV or JSON with everybody who is employed; docs/sources/roster.md says how it is read and when it is refused.

  --source <id>     which source it is of, where the configuration has more than one roster
  --as-of <date>    the day for which it speaks; else the one in its name, else today
  --expect <n>      how many people it should have
  --gone <n>        exactly so many gone since the last one are meant, however many that is
  --named-leavers   also tell as leavers those whom it names as gone and no roster before had
  --drop            asks nothing, and puts it into the inbox, where it is taken in within a minute or refused`;

export const command: Command = {
  summary: 'compares a complete list of employees with the last one, asks, and tells who joined, moved and left',
  usage: '<file>',
  help: HELP,
  options: { source: TEXT, 'as-of': TEXT, expect: TEXT, gone: TEXT, 'named-leavers': FLAG, drop: FLAG },
  async run(target, given) {
    const [path] = given.args;
    if (path === undefined) throw new AppError('ARGUMENT_INVALID', 'Name the file.');
    const [source, settings] = sourceOf(target, given.options['source']);
    const offer = offerOf(path, await readBytes(path), given.options);
    if (given.options['drop'] === true) return drop(target, source, offer);
    await tellToTheEnd(target, source);
    const last = (await readItem(target.store, source))?.taken;
    const read = await reading(target, source, settings, offer);
    const text = await comparisonText(target, read, offer.name, last);
    if (read.differences.length > 0) await given.confirm(text, source);
    return take(target, given, read, offer, text);
  },
};

async function drop({ archive }: Target, source: string, { name, bytes }: Offer): Promise<Report> {
  const key = `${INBOX}${source}/${name}`;
  await archive.put(key, once(bytes), 'application/octet-stream');
  return {
    text: `${key}: taken in within a minute, then it lies under roster/done/, or with the reason under roster/refused/.`,
    data: { key },
  };
}

/** Where a roster was refused, its reason, and how to go on where the reason may be no mistake. */
async function reading(target: RosterDeps, source: string, settings: RosterSource, offer: Offer): Promise<Read> {
  try {
    return await readOffer(target, source, settings, offer);
  } catch (error) {
    if (!isAppError(error, 'ROSTER_UNREADABLE', 'ROSTER_REFUSED')) throw error;
    throw new AppError(error.code, `${offer.name}: ${error.message}`, { cause: error });
  }
}

async function take(target: Target, given: Given, read: Read, offer: Offer, text: string): Promise<Report> {
  const { source, roster } = read;
  const counts = countsOf(read);
  await keepFile(target, offer);
  await takeRoster(target, read);
  await writeDecision(target, given, 'roster', { source, roster: roster.id, day: roster.day, ...counts });
  const told = read.differences.length;
  return {
    text:
      told === 0
        ? `${text}\n\nNothing new; it is the last roster of ${source} from now on.`
        : `${told} people were told of: ${counts.leavers} left, ${counts.movers} changed, ${counts.joiners} joined. It takes a moment; then npm run ops -- plan shows what is only planned, held what waits for a decision.`,
    data: { source, day: roster.day, ...counts, notices: read.notices, differences: read.differences.map(dataOf) },
  };
}

const dataOf = ({ kind, before, after, what }: Difference) => ({ kind, what, before, after });

function sourceOf({ config }: Target, wanted: Given['options'][string]): [string, RosterSource] {
  const sources = rosterSources(config.sources);
  const [only, ...others] = sources;
  if (wanted === undefined && only !== undefined && others.length === 0) return only;
  const found = sources.find(([id]) => id === wanted);
  if (found !== undefined) return found;
  const ids = sources.map(([id]) => id).join(', ');
  throw new AppError(
    'ARGUMENT_INVALID',
    only === undefined
      ? 'The configuration has no source of kind roster: add sources: { people: { kind: "roster" } }.'
      : `--source: name one of ${ids}.`,
  );
}

function offerOf(path: string, bytes: Uint8Array, options: Given['options']): Offer {
  const asOf = options['as-of'];
  return {
    bytes,
    name: basename(path),
    asOf: typeof asOf === 'string' ? asOf : undefined,
    expected: numberOf(options, 'expect'),
    gone: numberOf(options, 'gone'),
    namedLeavers: options['named-leavers'] === true,
  };
}

function numberOf(options: Given['options'], name: string): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  if (typeof text === 'string' && /^\d{1,7}$/.test(text)) return Number(text);
  throw new AppError('ARGUMENT_INVALID', `--${name}: a number of people.`);
}
