import { wholeBytes } from '../bytes.ts';
import { sha256 } from '../export/digest.ts';
import { ManifestSchema, type Manifest } from '../export/manifest.ts';
import { manifestKey } from '../export/nights.ts';
import type { Archive } from '../lifecycle/ports.ts';
import { damageOf, daysOf, hashOf, type NightRead } from './nights.ts';
import { nightFile, PackSchema, SUMS, type Pack } from './pack.ts';
import { jsonIn } from '../json.ts';

/** Where the files of a pack lie, by name. */
export interface PackPlace {
  get(name: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  names(): Promise<string[]>;
}
interface Sum {
  hash: string;
  name: string;
}
export interface Verified {
  review: string;
  /** SHA-256 of the list of hashes: what a sign-off should hold. */
  root: string;
  files: number;
  nights: number;
  /** Each names what is wrong; empty: nothing is. */
  problems: string[];
  /** What was wrong already when the review was closed. */
  known: string[];
}

/**
 * Holds every file of a pack against its hash, the nights against each other, and where their bucket can be read, every
 * file of every night against its manifest.
 */
export async function verifyPack(place: PackPlace, bucket: Pick<Archive, 'get'> | undefined): Promise<Verified> {
  const list = await bytesOf(place, SUMS);
  const sums = [...list.toString('utf8').matchAll(/^([0-9a-f]{64}) {2}([^/\\\n]+)$/gm)].map(
    ([, hash = '', name = '']) => ({
      hash,
      name,
    }),
  );
  const unread = list.toString('utf8').split('\n').filter(Boolean).length - sums.length;
  const problems = [
    ...(sums.length === 0 || unread > 0 ? [`${SUMS}: it is not there, or has lines that are no hash and name`] : []),
    ...(await wrongFiles(place, sums)),
  ];
  const about = PackSchema.safeParse(jsonIn((await bytesOf(place, 'pack.json')).toString('utf8')));
  if (!about.success)
    return {
      review: '',
      root: sha256(list),
      files: sums.length,
      nights: 0,
      problems: [...problems, 'pack.json: it cannot be read'],
      known: [],
    };
  const nights: NightRead[] = [];
  for (const date of about.data.nights) nights.push({ date, bytes: await bytesOf(place, nightFile(date)) });
  const found = [
    ...wrongPeriod(about.data, nights, sums),
    ...brokenChain(nights),
    ...(bucket === undefined ? [] : await wrongNights(bucket, nights)),
  ];
  const { review, known } = about.data;
  problems.push(...found.filter((problem) => !known.includes(problem)));
  return {
    review,
    root: sha256(list),
    files: sums.length,
    nights: nights.length,
    problems: [...new Set(problems)],
    known,
  };
}

async function wrongFiles(place: PackPlace, sums: readonly Sum[]): Promise<string[]> {
  const problems: string[] = [];
  for (const { hash, name } of sums) {
    const body = await place.get(name);
    if (body === undefined) problems.push(`${name}: it is gone`);
    else if ((await hashOf(body)) !== hash) problems.push(`${name}: it was changed`);
  }
  const listed = new Set([SUMS, ...sums.map(({ name }) => name)]);
  const others = (await place.names()).filter((name) => !listed.has(name));
  return [...problems, ...others.map((name) => `${name}: it is no part of the pack`)];
}

/** Each day is a night or is called missing, and the frozen night and its population are those that were frozen. */
function wrongPeriod(
  { span, nights: dates, missing, night }: Pack,
  nights: readonly NightRead[],
  sums: readonly Sum[],
): string[] {
  const frozen = nights.find(({ date }) => date === night.date)?.bytes ?? new Uint8Array();
  const population = manifestIn(frozen)?.files.find(({ name }) => name.startsWith('users.csv'));
  return [
    ...daysOf(span)
      .filter((day) => !dates.includes(day) && !missing.includes(day))
      .map((day) => `night ${day}: it is neither there nor called missing`),
    ...(sha256(frozen) === night.manifest ? [] : [`night ${night.date}: it is not the one that was frozen`]),
    ...(sums.some(({ name, hash }) => name === population?.name && hash === population.sha256)
      ? []
      : [`users.csv: it is not the one of the night of ${night.date}`]),
  ];
}

/** Each manifest names the hash of the one before: none can be changed, taken out or put in alone. */
export function brokenChain(nights: readonly NightRead[]): string[] {
  return nights.flatMap(({ date, bytes }, index) => {
    const manifest = manifestIn(bytes);
    if (manifest?.date !== date) return [`night ${date}: its manifest cannot be read, or is of another night`];
    const before = nights[index - 1];
    if (before === undefined) return [];
    const { previous } = manifest;
    if (previous?.date !== before.date)
      return [`night ${date}: it was compared with ${previous?.date ?? 'nothing'}, not with ${before.date}`];
    return previous.manifestSha256 === sha256(before.bytes)
      ? []
      : [`night ${before.date}: its manifest is not the one that the night of ${date} names`];
  });
}

/** What the bucket has of these nights against their manifests. */
export async function wrongNights(bucket: Pick<Archive, 'get'>, nights: readonly NightRead[]): Promise<string[]> {
  const problems: string[] = [];
  for (const { date, bytes } of nights) {
    const body = await bucket.get(manifestKey(date));
    const manifest = manifestIn(bytes);
    if (body === undefined || (await hashOf(body)) !== sha256(bytes))
      problems.push(`night ${date}: ${manifestKey(date)} is not the one of the pack`);
    if (manifest !== undefined) problems.push(...(await damageOf(bucket, manifest)));
  }
  return problems;
}

function manifestIn(bytes: Uint8Array): Manifest | undefined {
  return ManifestSchema.safeParse(jsonIn(Buffer.from(bytes).toString('utf8'))).data;
}

const bytesOf = async (place: PackPlace, name: string): Promise<Buffer> => wholeBytes(await place.get(name));
