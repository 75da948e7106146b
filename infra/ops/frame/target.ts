import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { createArchive, createArchiveClient } from '../../../lib/aws/archive.ts';
import { clientSettings } from '../../../lib/aws/clients.ts';
import { createDeadLetters, type DeadLetters } from '../../../lib/aws/dead-letters.ts';
import { createLanes, createQueueClient } from '../../../lib/aws/lanes.ts';
import { createSecrets, createSecretsClient } from '../../../lib/aws/secrets.ts';
import { createDynamoClient, createDynamoStore } from '../../../lib/aws/store.ts';
import { createBitsightClient, type BitsightClient } from '../../../lib/bitsight/index.ts';
import { configHash, parseConfig, type Config } from '../../../lib/config/index.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Archive, Clock, Ids, Lanes, Secrets, Store } from '../../../lib/lifecycle/ports.ts';
import { clockAt } from '../../../lib/runtime/clock.ts';
import { ids } from '../../../lib/runtime/ids.ts';
import { PRODUCT } from '../../../lib/runtime/product.ts';
import { loadConfigFile } from '../../config-file.ts';
import { readRefusals, type Refusal } from './refusals.ts';

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
  /** Reads only: everything that changes an account goes through the workers. */
  bitsight(): BitsightClient;
}

/** Which one: `--outputs` names what `cdk deploy --outputs-file` wrote, else it is the data directory of `npm start`. */
export interface TargetOptions {
  data?: string | undefined;
  outputs?: string | undefined;
  config?: string | undefined;
}

/** Names as the stack's outputs and the functions' environment have them. */
const PlacesSchema = z.object({
  LEDGER_TABLE: z.string(),
  EXPORT_BUCKET: z.string(),
  URGENT_QUEUE_URL: z.string(),
  NORMAL_QUEUE_URL: z.string(),
  URGENT_DEAD_LETTER_QUEUE_URL: z.string().default(''),
  NORMAL_DEAD_LETTER_QUEUE_URL: z.string().default(''),
});
type Places = z.infer<typeof PlacesSchema>;
const OutputsSchema = z.object({
  LedgerTable: z.string(),
  ExportBucket: z.string(),
  UrgentQueueUrl: z.string().default(''),
  NormalQueueUrl: z.string().default(''),
  UrgentDeadLetterQueueUrl: z.string().default(''),
  NormalDeadLetterQueueUrl: z.string().default(''),
});

export async function openTarget({ data = '.data/local', outputs, config }: TargetOptions): Promise<Target> {
  if (outputs === undefined) return openLocal(data);
  const file = await loadConfigFile(config);
  const [stack, found] = Object.entries(z.record(z.string(), z.unknown()).parse(readJson(outputs, '')))[0] ?? [];
  const parsed = OutputsSchema.safeParse(found);
  if (stack === undefined || !parsed.success)
    throw new AppError(
      'ARGUMENT_INVALID',
      `${outputs} does not hold the outputs of a stack; write it with cdk deploy --outputs-file.`,
    );
  const places = {
    LEDGER_TABLE: parsed.data.LedgerTable,
    EXPORT_BUCKET: parsed.data.ExportBucket,
    URGENT_QUEUE_URL: parsed.data.UrgentQueueUrl,
    NORMAL_QUEUE_URL: parsed.data.NormalQueueUrl,
    URGENT_DEAD_LETTER_QUEUE_URL: parsed.data.UrgentDeadLetterQueueUrl,
    NORMAL_DEAD_LETTER_QUEUE_URL: parsed.data.NormalDeadLetterQueueUrl,
  };
  const prefix = `bitsight-user-lifecycle/${file.config.tenant}/`;
  return connect(stack, places, file.config, clockAt(1), prefix, awsCaller);
}

const RunningSchema = z.object({ environment: z.record(z.string(), z.string()) });
const ClockSchema = z.object({ speed: z.number(), base: z.number() });

function openLocal(data: string): Target {
  const read = (name: string): unknown => readJson(join(data, name), 'Is npm start running?');
  const { environment } = RunningSchema.parse(read('running.json'));
  Object.assign(process.env, environment); // where the SDK looks for endpoints and credentials
  const { speed, base } = ClockSchema.parse(read('clock.json'));
  const config = parseConfig(read('lifecycle.json'), 'lifecycle.json');
  const places = PlacesSchema.parse(environment);
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
  const secrets = createSecrets({ client: createSecretsClient(), prefix, clock });
  const queues = createQueueClient();
  return {
    name,
    config,
    configHash: configHash(config),
    clock,
    ids: newIds,
    secrets,
    caller,
    store: createDynamoStore({ client: createDynamoClient(), table: places.LEDGER_TABLE, nonce: () => newIds.next() }),
    lanes: createLanes({
      client: queues,
      urls: { urgent: places.URGENT_QUEUE_URL, normal: places.NORMAL_QUEUE_URL },
    }),
    dead: createDeadLetters({
      client: queues,
      urls: { urgent: places.URGENT_DEAD_LETTER_QUEUE_URL, normal: places.NORMAL_DEAD_LETTER_QUEUE_URL },
    }),
    archive: createArchive({ client: createArchiveClient(), bucket: places.EXPORT_BUCKET }),
    bitsight: () =>
      createBitsightClient({
        baseUrl: config.bitsight.baseUrl,
        apiToken: (how) => secrets.current(config.bitsight.tokenSecret, how),
        fetch: globalThis.fetch,
        clock: clockAt(1),
        random: Math.random,
        timeoutMs: config.bitsight.timeoutMs,
        retry: { attempts: 5, maxWaitMs: 60_000 },
        readOnly: true,
        product: PRODUCT,
      }),
  };
}

const localCaller = async (): Promise<string> => `local:${userInfo().username}`;

async function awsCaller(): Promise<string> {
  const { Arn } = await new STSClient(clientSettings()).send(new GetCallerIdentityCommand({}));
  if (Arn === undefined) throw new AppError('ARGUMENT_INVALID', 'AWS does not say whose credentials these are.');
  return Arn;
}

function readJson(path: string, hint: string): unknown {
  if (!existsSync(path)) throw new AppError('ARGUMENT_INVALID', `There is no ${path}. ${hint}`.trim());
  return JSON.parse(readFileSync(path, 'utf8'));
}
