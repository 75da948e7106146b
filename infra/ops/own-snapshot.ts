import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { MOST_AT_ONCE } from '../../lib/bitsight/index.ts';
import { type Config, configHash, ConfigSchema } from '../../lib/config/index.ts';
import { AppError, isAppError } from '../../lib/errors.ts';
import { textBytes } from '../../lib/bytes.ts';
import { fileSpools } from '../../lib/export/file-spool.ts';
import { readListing } from '../../lib/export/listing.ts';
import { type Manifest, manifestText } from '../../lib/export/manifest.ts';
import { openNight, readNight } from '../../lib/export/nights.ts';
import type { Review } from '../../lib/export/review.ts';
import type { Roster } from '../../lib/export/roster.ts';
import { type PreviousNight, writeSnapshot } from '../../lib/export/snapshot.ts';
import { listedIn } from '../../lib/export/standing.ts';
import { readIfPossible, seeingAll, tokensIn } from '../../lib/export/tenant-facts.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { PRODUCT } from '../../lib/runtime/product.ts';
import { dateIn } from '../../lib/time.ts';
import { loadConfigFile } from '../config-file.ts';
import { connect, countAccounts, PRODUCTION, safeUrl, type Connection } from './connection.ts';
import { namingHost, readOptions, runMain } from './explain.ts';
import { type Folder, openFolder } from './folder.ts';
import { openJournal } from './journal.ts';
import { progressBar, say } from './progress.ts';
import { readRosterFile } from './roster-file.ts';
import { readToken, TOKEN_VARIABLE } from './token.ts';
import { FLAG, TEXT } from './frame/command.ts';

const help = ({ name, does, out }: SnapshotCommand): string => `npm run ${name} [-- options]

${does} It reads only: no request but GET is sent.
The API token is asked for, read from ${TOKEN_VARIABLE}, or taken from the first line of a pipe; it is kept nowhere.
Broken off, it goes on where it was when it is run again within the hour.

  --roster <file>    CSV of the people who work for you: e-mail, and if you like name, employee id, status
  --out <folder>     where the files go (./${out}); what lies there from last time is compared with
  --base-url <url>   another address of the API
  --config <file>    a configuration: company, base URL, dormant days, sign-in; else what LIFECYCLE_CONFIG names
  --requests <n>     pages asked for at once, 1 to ${MOST_AT_ONCE} (1)
  --gzip             compresses all files but the review
  --no-bom           leaves out the byte order mark of users.csv
  --help             this text
`;
const OPTIONS = {
  roster: TEXT,
  out: TEXT,
  'base-url': TEXT,
  config: TEXT,
  requests: TEXT,
  gzip: FLAG,
  'no-bom': FLAG,
  help: FLAG,
} as const;
type Options = ReturnType<typeof readOptions<{ options: typeof OPTIONS }>>['values'];
const MANIFEST = 'manifest.json';
const JOURNAL = '.reading';
const openSpool = fileSpools(tmpdir());
const clock = clockAt(1);

/** A command that takes one snapshot into a folder. */
export interface SnapshotCommand {
  name: string;
  does: string;
  /** Folder where none is named. */
  out: string;
  /** What it says when it is done. */
  says: (taken: { manifest: Manifest; review: Review }) => string;
}

export const run = (command: SnapshotCommand): Promise<void> => runMain(() => take(command));

async function take(command: SnapshotCommand): Promise<void> {
  const { values: options } = readOptions({ options: OPTIONS });
  if (options.help === true) return void process.stdout.write(help(command));
  const configFile = options.config ?? (process.env['LIFECYCLE_CONFIG'] || undefined);
  // never the one in the working directory: that may be the example
  const config = configFile === undefined ? undefined : (await loadConfigFile(configFile)).config;
  const night = nightOf(config, options);
  const roster = options.roster === undefined ? undefined : await readRosterFile(options.roster);
  const baseUrl = safeUrl(options['base-url'] ?? config?.bitsight.baseUrl ?? PRODUCTION);
  const out = options.out ?? command.out;
  await using folder = await openFolder(out);
  const token = await readToken({ env: process.env, input: process.stdin, prompt: process.stderr });
  const journal = await openJournal(join(out, JOURNAL), { baseUrl, token, now: clock.now(), say });
  const connection = connect({
    baseUrl,
    apiToken: async () => token,
    fetch: journal.through(globalThis.fetch),
    ...(config && { timeoutMs: config.bitsight.timeoutMs }),
  });
  const rosterName = options.roster && basename(options.roster);
  const given = { host: baseUrl.host, config, night, roster, rosterName, startedAt: journal.startedAt };
  const taken = await snapshot(connection, folder, given).catch((error: unknown) => {
    throw namingHost(error, baseUrl.host);
  });
  await folder.publish();
  await journal.forget();
  const files = [...taken.manifest.files.map(({ name }) => name), MANIFEST].map((name) =>
    relative('.', join(out, name)),
  );
  process.stdout.write(`${command.says(taken)}\n\n${files.join('\n')}\n`);
}

/** What the configuration says of the night, and over it what was asked for here. */
function nightOf(config: Config | undefined, options: Options): Config['night'] {
  const night = config?.night ?? ConfigSchema.shape.night.parse(undefined);
  const requests = Number(options.requests ?? night.requests);
  if (![1, 2, 3].includes(requests))
    throw new AppError('ARGUMENT_INVALID', `--requests: a number from 1 to ${MOST_AT_ONCE}.`);
  return { ...night, requests, gzip: options.gzip ?? night.gzip, bom: options['no-bom'] === true ? false : night.bom };
}

interface Given {
  /** Host of the base URL. */
  host: string;
  config: Config | undefined;
  night: Config['night'];
  roster: Roster | undefined;
  rosterName: string | undefined;
  startedAt: number;
}

async function snapshot({ bitsight, calls }: Connection, folder: Folder, given: Given) {
  const { host, config, night, roster, rosterName, startedAt } = given;
  const { dormantDays, implausibleShare, timeZone, requests, gzip, bom } = night;
  // for the progress alone, and so that a wrong token shows at once: the proof that all were read is the listing's
  const { people, tokens } = await countAccounts(bitsight);
  const progress = progressBar(people + tokens);
  const silent = { log: () => undefined };
  const portfolioGroups = seeingAll(await readIfPossible(bitsight.groups, 'access control groups', silent));
  const ofTokens = tokensIn(await readIfPossible(bitsight.tokens, 'company API tokens', silent));
  const listed = config && listedIn(config);
  const call = { atOnce: requests };
  await using listing = await readListing({ users: bitsight.users, openSpool, call, progress: progress.show });
  progress.end();
  await using previous = await lastSnapshot(folder);
  const taken = await writeSnapshot(
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
        ...ofTokens,
      },
      rosterName,
      implausibleShare,
      listing,
      previous,
      format: { gzip, bom },
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
  await folder.put(MANIFEST, textBytes(manifestText(taken.manifest)), 'application/json');
  return taken;
}

async function lastSnapshot(folder: Folder): Promise<PreviousNight | undefined> {
  try {
    const night = await readNight(folder, MANIFEST);
    return night && (await openNight({ archive: folder, openSpool }, night));
  } catch (error) {
    if (!isAppError(error, 'SNAPSHOT_UNREADABLE')) throw error;
    say('What lies in the folder from last time is not whole: it is not compared with.');
    return undefined;
  }
}
