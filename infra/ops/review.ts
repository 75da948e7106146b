import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { createBitsightClient, type BitsightClient } from '../../lib/bitsight/index.ts';
import { type Config, configHash, ConfigSchema } from '../../lib/config/index.ts';
import { AppError, isAppError } from '../../lib/errors.ts';
import { textBytes } from '../../lib/export/digest.ts';
import { fileSpools } from '../../lib/export/file-spool.ts';
import { readListing } from '../../lib/export/listing.ts';
import { manifestText } from '../../lib/export/manifest.ts';
import { openNight, readNight } from '../../lib/export/nights.ts';
import { readPortfolioGroups } from '../../lib/export/portfolio-groups.ts';
import type { Review } from '../../lib/export/review.ts';
import { readRoster } from '../../lib/export/roster.ts';
import { type PreviousNight, writeSnapshot } from '../../lib/export/snapshot.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { PRODUCT } from '../../lib/runtime/product.ts';
import { dateIn, MINUTE } from '../../lib/time.ts';
import { loadConfigFile } from '../config-file.ts';
import { type Folder, openFolder } from './folder.ts';
import { readToken, TOKEN_VARIABLE } from './token.ts';

const HELP = `npm run review [-- options]

Reads every account of your Bitsight tenant and writes an access review. It reads only: no request but GET is sent.
The API token is asked for, read from ${TOKEN_VARIABLE}, or taken from the first line of a pipe; it is kept nowhere.

  --roster <file>    CSV of the people who work for you: e-mail, and if you like name, employee id, status
  --out <folder>     where the files go (./out); what lies there from last time is compared with
  --base-url <url>   another address of the API
  --config <file>    a configuration: company, base URL, dormant days, sign-in
  --help             this text
`;
const OPTIONS = {
  roster: { type: 'string' },
  out: { type: 'string' },
  'base-url': { type: 'string' },
  config: { type: 'string' },
  help: { type: 'boolean' },
} as const;
const MANIFEST = 'manifest.json';
const openSpool = fileSpools(tmpdir());
const clock = clockAt(1);
const say = (line: string): unknown => process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help === true) return void process.stdout.write(HELP);
  const config = options.config === undefined ? undefined : (await loadConfigFile(options.config)).config;
  const roster = options.roster === undefined ? undefined : readRoster(await readText(options.roster));
  const baseUrl = safeUrl(options['base-url'] ?? config?.bitsight.baseUrl ?? 'https://api.bitsighttech.com');
  const token = await readToken({ env: process.env, input: process.stdin, prompt: process.stderr });
  const connection = connect(baseUrl, token, config);
  const out = options.out ?? 'out';
  const rosterName = options.roster && basename(options.roster);
  await using folder = await openFolder(out);
  const review = await takeReview(connection, folder, { host: baseUrl.host, config, roster, rosterName });
  await folder.publish();
  const files = ['review.html', 'users.csv', 'users.jsonl', 'changes.json', MANIFEST];
  process.stdout.write(`${summary(review)}\n\n${files.map((name) => relative('.', join(out, name))).join('\n')}\n`);
}

function readOptions() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw new AppError('ARGUMENT_INVALID', error instanceof Error ? error.message : 'Unknown option.');
  }
}

async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    throw new AppError('ROSTER_UNREADABLE', `${path} is not there, or no text in UTF-8.`, { cause });
  }
}

function safeUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'https:') return url;
  if (url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return url;
  throw new AppError(
    'ARGUMENT_INVALID',
    '--base-url: an address that begins with https://, so that the token is not sent in clear.',
  );
}

interface Connection {
  bitsight: BitsightClient;
  calls: () => number;
}

function connect(baseUrl: URL, token: string, config: Config | undefined): Connection {
  let calls = 0;
  const bitsight = createBitsightClient({
    baseUrl,
    apiToken: async () => token,
    fetch: globalThis.fetch,
    clock,
    random: Math.random,
    timeoutMs: config?.bitsight.timeoutMs ?? 30_000,
    retry: { attempts: 5, maxWaitMs: 15 * MINUTE },
    readOnly: true,
    product: PRODUCT,
    onCall({ code }) {
      calls += 1;
      if (code === 'BITSIGHT_RATE_LIMITED') say('Bitsight asks to wait before the next call; waiting.');
    },
  });
  return { bitsight, calls: () => calls };
}

interface Given {
  /** Host of the base URL. */
  host: string;
  config: Config | undefined;
  roster: ReturnType<typeof readRoster> | undefined;
  rosterName: string | undefined;
}

async function takeReview({ bitsight, calls }: Connection, folder: Folder, given: Given): Promise<Review> {
  const { host, config, roster, rosterName } = given;
  const startedAt = clock.now();
  const { dormantDays, implausibleShare, timeZone } = config?.night ?? ConfigSchema.shape.night.parse(undefined);
  const total = await countAccounts(bitsight);
  const portfolioGroups = await readPortfolioGroups(bitsight.groups, { log: () => undefined });
  const progress = (read: number): void => showProgress(`Accounts read: ${read} of ${Math.max(read, total)}`);
  await using listing = await readListing({ users: bitsight.users, openSpool, progress });
  if (process.stderr.isTTY) say('');
  await using previous = await lastReview(folder);
  const { manifest, review } = await writeSnapshot(
    {
      company: config?.company,
      date: dateIn(startedAt, timeZone),
      runId: randomUUID(),
      configHash: config ? configHash(config) : 'none',
      startedAt,
      provenance: { host, product: PRODUCT },
      by: { now: startedAt, dormantDays, signIn: config?.signIn ?? 'password', roster, portfolioGroups },
      rosterName,
      implausibleShare,
      listing,
      previous,
      calls,
    },
    {
      clock,
      openSpool,
      async put(name, body, contentType) {
        await folder.put(name, body, contentType);
        return name;
      },
    },
  );
  await folder.put(MANIFEST, textBytes(manifestText(manifest)), 'application/json');
  return review;
}

/** For the progress alone, and so that a wrong token shows at once. The proof that all were read is the listing's. */
async function countAccounts({ users }: BitsightClient): Promise<number> {
  const people = await users.page({ limit: 1 });
  const tokens = await users.page({ limit: 1, is_company_api_token: true });
  return people.count + tokens.count;
}

async function lastReview(folder: Folder): Promise<PreviousNight | undefined> {
  try {
    const night = await readNight(folder, MANIFEST);
    return night && (await openNight({ archive: folder, openSpool }, night));
  } catch (error) {
    if (!isAppError(error, 'SNAPSHOT_UNREADABLE')) throw error;
    say('What lies in the folder from last time is not whole: it is not compared with.');
    return undefined;
  }
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}`);
  else say(text);
}

function summary({ verdict, sentence, alarm, numbers }: Review): string {
  const figures = numbers.map(({ label, value, note }) => (value === '?' ? note : `${value} ${label}`)).join(' · ');
  return [`✓ ${verdict}.`, alarm === undefined ? sentence : `✖ ${alarm}`, figures].join('\n');
}

const USAGE_ERRORS = ['ARGUMENT_INVALID', 'CONFIG_INVALID', 'ROSTER_UNREADABLE'] as const;

function explain(error: unknown): string {
  if (isAppError(error, 'BITSIGHT_AUTHENTICATION')) {
    return 'Bitsight does not accept this API token. Check that it was copied whole and is still valid.';
  }
  if (isAppError(error)) return error.line;
  return `Something went wrong that should not: ${error instanceof Error ? error.message : 'no reason was given'}.`;
}

try {
  await main();
} catch (error) {
  say(explain(error));
  process.exitCode = isAppError(error, ...USAGE_ERRORS) ? 2 : 1;
}
