import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import type { BitsightClient } from '../../lib/bitsight/index.ts';
import { type Config, configHash, ConfigSchema } from '../../lib/config/index.ts';
import { isAppError } from '../../lib/errors.ts';
import { textBytes } from '../../lib/export/digest.ts';
import { fileSpools } from '../../lib/export/file-spool.ts';
import { readListing } from '../../lib/export/listing.ts';
import { manifestText } from '../../lib/export/manifest.ts';
import { openNight, readNight } from '../../lib/export/nights.ts';
import type { Review } from '../../lib/export/review.ts';
import type { Roster } from '../../lib/export/roster.ts';
import { type PreviousNight, writeSnapshot } from '../../lib/export/snapshot.ts';
import { listedIn } from '../../lib/export/standing.ts';
import { makersOf, readIfPossible, seeingAll } from '../../lib/export/tenant-facts.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { PRODUCT } from '../../lib/runtime/product.ts';
import { dateIn } from '../../lib/time.ts';
import { loadConfigFile } from '../config-file.ts';
import { connect, PRODUCTION, safeUrl, type Connection } from './connection.ts';
import { explain, namingHost, wrongOption } from './explain.ts';
import { type Folder, openFolder } from './folder.ts';
import { readRosterFile } from './roster-file.ts';
import { readToken, TOKEN_VARIABLE } from './token.ts';

const HELP = `npm run review [-- options]

Reads every account of your Bitsight tenant and writes an access review. It reads only: no request but GET is sent.
The API token is asked for, read from ${TOKEN_VARIABLE}, or taken from the first line of a pipe; it is kept nowhere.

  --roster <file>    CSV of the people who work for you: e-mail, and if you like name, employee id, status
  --out <folder>     where the files go (./out); what lies there from last time is compared with
  --base-url <url>   another address of the API
  --config <file>    a configuration: company, base URL, dormant days, sign-in; else what LIFECYCLE_CONFIG names
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
  const configFile = options.config ?? (process.env['LIFECYCLE_CONFIG'] || undefined);
  // never the one in the working directory: that may be the example
  const config = configFile === undefined ? undefined : (await loadConfigFile(configFile)).config;
  const roster = options.roster === undefined ? undefined : await readRosterFile(options.roster);
  const baseUrl = safeUrl(options['base-url'] ?? config?.bitsight.baseUrl ?? PRODUCTION);
  const out = options.out ?? 'out';
  await using folder = await openFolder(out);
  const token = await readToken({ env: process.env, input: process.stdin, prompt: process.stderr });
  const connection = connect({
    baseUrl,
    apiToken: async () => token,
    ...(config && { timeoutMs: config.bitsight.timeoutMs }),
  });
  const rosterName = options.roster && basename(options.roster);
  const given = { host: baseUrl.host, config, roster, rosterName };
  const review = await takeReview(connection, folder, given).catch((error: unknown) => {
    throw namingHost(error, baseUrl.host);
  });
  await folder.publish();
  const files = ['review.html', 'users.csv', 'users.jsonl', 'changes.json', MANIFEST];
  process.stdout.write(`${summary(review)}\n\n${files.map((name) => relative('.', join(out, name))).join('\n')}\n`);
}

function readOptions() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw wrongOption(error);
  }
}

interface Given {
  /** Host of the base URL. */
  host: string;
  config: Config | undefined;
  roster: Roster | undefined;
  rosterName: string | undefined;
}

async function takeReview({ bitsight, calls }: Connection, folder: Folder, given: Given): Promise<Review> {
  const { host, config, roster, rosterName } = given;
  const startedAt = clock.now();
  const { dormantDays, implausibleShare, timeZone } = config?.night ?? ConfigSchema.shape.night.parse(undefined);
  const total = await countAccounts(bitsight);
  const silent = { log: () => undefined };
  const portfolioGroups = seeingAll(await readIfPossible(bitsight.groups, 'access control groups', silent));
  const makers = makersOf(await readIfPossible(bitsight.tokens, 'company API tokens', silent));
  const listed = config && listedIn(config);
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
      by: {
        now: startedAt,
        dormantDays,
        signIn: config?.signIn ?? 'password',
        listed,
        roster,
        portfolioGroups,
        makers,
      },
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

try {
  await main();
} catch (error) {
  const { line, exitCode } = explain(error);
  say(line);
  process.exitCode = exitCode;
}
