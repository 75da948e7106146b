import { tellOnce, type TellDeps } from '../lifecycle/tell-people.ts';
import { weekEnds } from '../lifecycle/messages.ts';
import type { Archive } from '../lifecycle/ports.ts';
import { DAY, parseInstant, toIso } from '../time.ts';
import type { Manifest } from './manifest.ts';
import { manifestKey, readNight } from './nights.ts';

export interface WeekDeps extends TellDeps {
  archive: Archive;
  /** Where its objects lie, for people. */
  bucket: string;
}

/** After the first night of a week, which is Monday's unless that is missing: what the nights since the Monday before found. */
export async function tellWeek(deps: WeekDeps, date: string): Promise<void> {
  const monday = mondayOf(date);
  const id = `week-${monday}`;
  const night = await readNight(deps.archive, manifestKey(date));
  if (night === undefined) return;
  await tellOnce(deps, { id, about: 'week' }, () => weekEnds(id, weekOf(night.manifest, monday, deps.bucket)));
}

function weekOf({ date, counts, history, files }: Manifest, monday: string, bucket: string) {
  const nights = history.map((night) => night.date);
  const since = [dateAt(dayOf(monday) - 7), nights[0] ?? date].sort().at(-1) ?? date;
  const week = history.filter((night) => night.date > since);
  const review = files.find(({ name }) => name === 'review.html')?.key ?? manifestKey(date);
  return {
    since,
    people: counts.people,
    tokens: counts.tokens,
    joined: sum(week.map(({ joined }) => joined)),
    left: sum(week.map(({ left }) => left)),
    missing: dayOf(date) - dayOf(since) - week.length,
    review: `s3://${bucket}/${review}`,
  };
}

/** Days since 1970, which began on a Thursday. */
const dayOf = (date: string): number => (parseInstant(date, 'UTC') ?? 0) / DAY;
const dateAt = (day: number): string => toIso(day * DAY).slice(0, 10);
const mondayOf = (date: string): string => dateAt(dayOf(date) - ((dayOf(date) + 3) % 7));
const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0);
