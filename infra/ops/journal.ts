import { randomUUID } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import * as z from 'zod';
import { sha256 } from '../../lib/export/digest.ts';
import { lines } from '../../lib/export/jsonl.ts';
import { HOUR, toIso } from '../../lib/time.ts';
import { jsonIn } from '../../lib/json.ts';

/** Older pages are not gone on from: what they say of people may no longer be so. */
const KEPT = HOUR;
const HeadSchema = z.object({ startedAt: z.number(), salt: z.string(), of: z.string() });
type Head = z.infer<typeof HeadSchema>;
/** Address and body. */
const PageSchema = z.tuple([z.string(), z.string()]);

export interface Journal {
  /** When the reading began, epoch milliseconds: this run, or the one that was broken off. */
  startedAt: number;
  /** Answers from what was kept as long as that goes, and keeps what is answered. */
  through(fetch: typeof globalThis.fetch): typeof globalThis.fetch;
  forget(): Promise<void>;
}

interface Kept {
  startedAt: number;
  /** Bytes that are whole lines. */
  size: number;
  /** Where the line of each page stands. */
  pages: Map<string, { at: number; length: number }>;
}

/**
 * The pages of a reading as they came, in a file that only this user may read, so that a run that was broken off goes on
 * from there. Nothing is proven by it: kept pages are judged as new ones are, each has to begin with the row that the
 * page before ended with, under the same count. Behind the first page that is missing everything is asked for anew.
 */
export async function openJournal(
  path: string,
  { baseUrl, token, now, say }: { baseUrl: URL; token: string; now: number; say: (line: string) => unknown },
): Promise<Journal> {
  const seal = (salt: string): string => sha256(`${salt} ${baseUrl.href} ${token}`);
  const isOurs = ({ of, salt, startedAt }: Head): boolean => of === seal(salt) && now - startedAt < KEPT;
  const kept = existsSync(path) ? await read(path, isOurs) : undefined;
  if (kept) say(`Goes on with the reading that began at ${toIso(kept.startedAt)}: ${kept.pages.size} pages are there.`);
  else if (existsSync(path)) say('A reading that was broken off is too old, or of another tenant: begun anew.');
  const { startedAt, pages } = kept ?? { startedAt: now, pages: new Map() };
  let file = kept && openSync(path, 'a+');
  if (file !== undefined) ftruncateSync(file, kept?.size);
  const asked = new Set<string>();
  const append = (value: unknown): void => void (file && writeSync(file, `${JSON.stringify(value)}\n`));
  function begin(): void {
    for (const all of [pages, asked]) all.clear();
    file ??= openSync(path, 'a+', 0o600);
    ftruncateSync(file, 0);
    const salt = randomUUID();
    append({ startedAt, salt, of: seal(salt) });
  }

  function page(url: string): Response | undefined {
    const place = pages.get(url);
    if (place === undefined || file === undefined) pages.clear();
    if (place === undefined || file === undefined) return undefined;
    pages.delete(url);
    const bytes = Buffer.alloc(place.length);
    readSync(file, bytes, 0, place.length, place.at);
    return new Response(PageSchema.parse(JSON.parse(bytes.toString()))[1]);
  }
  return {
    startedAt,
    through: (fetch) => async (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      if (!url.includes('sort=guid')) return fetch(input, init);
      if (file === undefined || asked.has(url)) begin(); // asked for again: everything is, as the population moved
      asked.add(url);
      const known = page(url);
      if (known) return known;
      const response = await fetch(input, init);
      const body = await response.text();
      if (response.ok) append([url, body]);
      return new Response(body, { status: response.status, headers: response.headers });
    },
    async forget() {
      if (file !== undefined) closeSync(file);
      await rm(path, { force: true });
    },
  };
}

async function read(path: string, isOurs: (head: Head) => boolean): Promise<Kept | undefined> {
  const whole = statSync(path).size;
  let head: Head | undefined;
  let size = 0;
  const pages: Kept['pages'] = new Map();
  for await (const line of lines(createReadStream(path))) {
    const length = Buffer.byteLength(line) + 1;
    if (size + length > whole) break; // cut by the end of the run
    const page = head && PageSchema.safeParse(jsonIn(line)).data;
    head ??= HeadSchema.safeParse(jsonIn(line)).data;
    if (head === undefined || !isOurs(head)) return undefined;
    if (page) pages.set(page[0], { at: size, length });
    size += length;
  }
  return head && { startedAt: head.startedAt, size, pages };
}
