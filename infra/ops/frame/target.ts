import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { createArchive, createArchiveClient } from '../../../lib/aws/archive.ts';
import { createDeadLetters, type DeadLetters } from '../../../lib/aws/dead-letters.ts';
import { createLanes, createQueueClient } from '../../../lib/aws/lanes.ts';
import { createSecrets, createSecretsClient } from '../../../lib/aws/secrets.ts';
import { createDynamoClient, createDynamoStore } from '../../../lib/aws/store.ts';
import type { BitsightClient, BitsightOptions } from '../../../lib/bitsight/index.ts';
import { configHash, parseConfig, type Config } from '../../../lib/config/index.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Lane } from '../../../lib/lifecycle/event.ts';
import type { Archive, Clock, Ids, Lanes, Secrets, Store } from '../../../lib/lifecycle/ports.ts';
import { clockAt } from '../../../lib/runtime/clock.ts';
import { ids } from '../../../lib/runtime/ids.ts';
import { directReader } from '../../../lib/export/pause.ts';
import { HOUR, SECOND } from '../../../lib/time.ts';
import { loadConfigFile } from '../../config-file.ts';
import { secretPrefix, stackName } from '../../names.ts';
import { readRefusals, type Refusal } from './refusals.ts';
import { createDeployment, type Deployment } from './deployment.ts';
import { createSecretStore, type SecretStore } from './secret-store.ts';
import { connect as openConnection } from '../connection.ts';
import { askCaller, readOutputs } from './stack.ts';

/** The system that a command works on: the one of `npm start`, or a deployed stack. */
export interface Target {
  name: string;
  config: Config;
  configHash: string;
  store: Store;
  lanes: Pick<Lanes, 'send'>;
  dead: DeadLetters;
  archive: Archive;
  secrets: Secrets;
  /** Domain time. */
  clock: Clock;
  ids: Ids;
  /** Who gives the command, as AWS names the credentials, locally the user of this machine. */
  caller(): Promise<string>;
  /** What the door of localhost refused, in domain time; elsewhere its log has it. */
  refusals?: () => Refusal[];
  secretStore: SecretStore;
  /** Of a deployed stack. */
  deployment?: Deployment;
  /** Reads only: everything that changes an account goes through the workers. With the current token, or another one. */
  bitsight(apiToken?: BitsightOptions['apiToken']): BitsightClient;
  /** Under which every call to Bitsight leaves; given back when the command is done. */
  reader: ReturnType<typeof directReader>;
}

/** A person who waits is told, and may stop it: longer than Bitsight may ask for. */
const PATIENCE = 2 * HOUR;

export function readerOf({ store, clock }: Pick<Target, 'store' | 'clock'>, random = Math.random): Target['reader'] {
  const sleep = (ms: number): Promise<void> => {
    process.stderr.write(
      `Bitsight asks to wait, or the night or another command reads it: ${Math.ceil(ms / SECOND)} s.\n`,
    );
    return clock.sleep(ms);
  };
  return directReader({ store, clock: { ...clock, sleep }, random }, { remainingMs: () => PATIENCE });
}

/** Which one: `--outputs` names what `cdk deploy --outputs-file` wrote, else it is the data directory of `npm start`. */
export interface TargetOptions {
  data?: string | undefined;
  outputs?: string | undefined;
  config?: string | undefined;
}

/** As the environment of the local functions has them. */
const EnvironmentSchema = z.object({
  LEDGER_TABLE: z.string(),
  EXPORT_BUCKET: z.string(),
  URGENT_QUEUE_URL: z.string(),
  NORMAL_QUEUE_URL: z.string(),
  URGENT_DEAD_LETTER_QUEUE_URL: z.string(),
  NORMAL_DEAD_LETTER_QUEUE_URL: z.string(),
});

interface Places {
  table: string;
  bucket: string;
  lanes: Partial<Record<Lane, string>>;
  dead: Partial<Record<Lane, string>>;
}

export async function openTarget({ data = '.data/local', outputs, config }: TargetOptions): Promise<Target> {
  return outputs === undefined ? openLocal(data) : openStack(outputs, (await loadConfigFile(config)).config);
}

async function openStack(file: string, config: Config): Promise<Target> {
  const outputs = readOutputs(file, config);
  process.env['AWS_REGION'] = outputs.Region; // where the SDK looks; not wherever this shell is at home
  const caller = await askCaller(outputs);
  const places = {
    table: outputs.LedgerTable,
    bucket: outputs.ExportBucket,
    lanes: definedOf({ urgent: outputs.UrgentQueueUrl, normal: outputs.NormalQueueUrl }),
    dead: definedOf({ urgent: outputs.UrgentDeadLetterQueueUrl, normal: outputs.NormalDeadLetterQueueUrl }),
  };
  const { tenant } = config;
  return {
    ...connect(stackName(tenant), places, config, clockAt(1), secretPrefix(tenant), async () => caller),
    deployment: createDeployment(stackName(tenant), outputs.Region),
  };
}

const RunningSchema = z.object({ environment: z.record(z.string(), z.string()), pid: z.number().optional() });
const ClockSchema = z.object({ speed: z.number(), base: z.number() });

function openLocal(data: string): Target {
  const read = (name: string): unknown => readJson(join(data, name));
  const { environment, pid } = RunningSchema.parse(read('running.json'));
  if (pid !== undefined && !isAlive(pid)) throw new AppError('NOT_RUNNING', `What ran in ${data} was stopped.`);
  Object.assign(process.env, environment); // where the SDK looks for endpoints and credentials
  const { speed, base } = ClockSchema.parse(read('clock.json'));
  const config = parseConfig(read('lifecycle.json'), 'lifecycle.json');
  const found = EnvironmentSchema.safeParse(environment).data;
  if (found === undefined) throw new AppError('NOT_RUNNING', `What runs in ${data} is another version.`);
  const places = {
    table: found.LEDGER_TABLE,
    bucket: found.EXPORT_BUCKET,
    lanes: { urgent: found.URGENT_QUEUE_URL, normal: found.NORMAL_QUEUE_URL },
    dead: { urgent: found.URGENT_DEAD_LETTER_QUEUE_URL, normal: found.NORMAL_DEAD_LETTER_QUEUE_URL },
  };
  return {
    ...connect('localhost', places, config, clockAt(speed, base), '', localCaller),
    refusals: () =>
      readRefusals(join(data, 'functions.log')).map((one) => ({
        ...one,
        at: clockAt(speed, base, () => one.at).now(),
      })),
  };
}

function connect(
  name: string,
  places: Places,
  config: Config,
  clock: Clock,
  prefix: string,
  caller: Target['caller'],
): Target {
  const newIds = ids();
  const secretsManager = createSecretsClient();
  const secrets = createSecrets({ client: secretsManager, prefix, clock });
  const queues = createQueueClient();
  const store = createDynamoStore({ client: createDynamoClient(), table: places.table, nonce: () => newIds.next() });
  const reader = readerOf({ store, clock });
  return {
    name,
    config,
    configHash: configHash(config),
    clock,
    ids: newIds,
    secrets,
    caller,
    store,
    reader,
    lanes: createLanes({ client: queues, urls: places.lanes }),
    dead: createDeadLetters({ client: queues, urls: places.dead }),
    archive: createArchive({ client: createArchiveClient(), bucket: places.bucket }),
    secretStore: createSecretStore({ client: secretsManager, prefix }),
    bitsight: (apiToken = (how) => secrets.current(config.bitsight.tokenSecret, how)) =>
      openConnection({
        baseUrl: config.bitsight.baseUrl,
        async apiToken(how) {
          await reader.waitOut(); // asked for before every attempt
          return apiToken(how);
        },
        fetch: reader.telling(globalThis.fetch),
        timeoutMs: config.bitsight.timeoutMs,
      }).bitsight,
  };
}

const localCaller = async (): Promise<string> => `local:${userInfo().username}`;

const definedOf = (urls: Record<Lane, string | undefined>): Places['lanes'] =>
  Object.fromEntries(Object.entries(urls).filter(([, url]) => url !== undefined));

/** Whether `npm start` runs in this data directory; what it was is found there after it was stopped, too. */
export function runsIn(data: string): boolean {
  const path = join(data, 'running.json');
  if (!existsSync(path)) return false;
  const { pid } = RunningSchema.parse(readJson(path));
  return pid === undefined || isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'; // it is there, and of somebody else
  }
}

function readJson(path: string): unknown {
  if (!existsSync(path)) throw new AppError('NOT_RUNNING', `There is no ${path}.`);
  return JSON.parse(readFileSync(path, 'utf8'));
}
