import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createArchive } from '../../lib/aws/archive.ts';
import { createDynamoStore } from '../../lib/aws/store.ts';
import { canonicalJson, DEACTIVATING, isProven, type Config } from '../../lib/config/index.ts';
import type { Outcome } from '../../lib/lifecycle/outcome.ts';
import type { Archive, Clock, Store } from '../../lib/lifecycle/ports.ts';
import { loadConfigFile } from '../config-file.ts';
import { FUNCTION_LIMITS } from '../function-limits.ts';
import { arm } from './arm.ts';
import { startLocalAws, type LocalAws } from './aws.ts';
import { startSimulator, type Simulator } from './bitsight-simulator/server.ts';
import { claimDataDirectory } from './data-directory.ts';
import { openDomainClock } from './domain-clock.ts';
import { startFrontDoor } from './front-door.ts';
import { openFunctionLog } from './function-log.ts';
import { createLocalFunctions } from './functions.ts';
import { waitUntilIdle } from './idle.ts';
import { startLanes } from './lanes.ts';
import { withPort } from './listen.ts';
import { openOutcomeFile } from './outcome-file.ts';
import { scheduledEvent, startScheduler } from './scheduler.ts';
import { openSecretFile } from './secret-file.ts';
import { deliver, type Answer, type DeliveryOptions } from './sender.ts';
import { createStops } from './stops.ts';

export interface StartOptions {
  /** A configuration, or the path of its file. */
  config: string | Config;
  /** Where everything is kept; made where needed, found again at the next start. */
  data: string;
  /** Of the front door; 0: any free one. 0 */
  port?: number | undefined;
  /** 0 */
  simulatorPort?: number | undefined;
  /** How many times as fast as the wall domain time runs; 1. Deadlines, leases and timeouts stay in real time. */
  speed?: number | undefined;
  /** Changes are planned and recorded, none is made. */
  plan?: boolean | undefined;
  /** People in the simulator at its first start, and the seed they are drawn from. */
  users?: number | undefined;
  seed?: number | undefined;
  /** What a worker may take until it is killed; 60. A killed worker's lease runs as long. */
  workerTimeoutSeconds?: number | undefined;
  /** Sees each line that the functions log. */
  onLog?: ((line: string) => void) | undefined;
  /** Gets what people on duty are told; all of it is kept in `messages.txt`, too. */
  onMessage?: ((text: string) => void) | undefined;
}

/** The whole system on this machine, behind the doors that a customer's account would have. */
export interface System {
  /** The front door, without a slash at its end. */
  url: string;
  simulator: Simulator;
  /** As the functions see it: its Bitsight is the simulator. */
  config: Config;
  /** Absolute. */
  data: string;
  /** Domain time. */
  clock: Clock;
  /** The production adapters on what is stored here. */
  store: Store;
  archive: Archive;
  /** Delivers as the source would: signed with its secret. A string or bytes go as they are, anything else as JSON. */
  send(source: string, body: unknown, options?: DeliveryOptions): Promise<Answer>;
  /** Waits until no accepted delivery is in flight; those whose time has not come do not count. */
  idle(options?: { timeoutMs?: number }): Promise<void>;
  /** Every outcome published since the data directory was new, each once. */
  outcomes(): Outcome[];
  /** Runs the sweeper or the night now, besides the schedule; resolves with what the function answered. */
  sweep(): Promise<unknown>;
  night(at?: number): Promise<unknown>;
  /** Ends everything; what runs is given a moment, then killed. Safe to call twice. */
  stop(): Promise<void>;
}

/** @throws AppError with one clear line: a busy port, a directory in use, a wrong configuration or file of secrets. */
export async function startSystem(options: StartOptions): Promise<System> {
  const given = typeof options.config === 'string' ? (await loadConfigFile(options.config)).config : options.config;
  const stops = createStops();
  try {
    return await start(options, given, stops);
  } catch (error) {
    await stops.run();
    throw error;
  }
}

async function start(options: StartOptions, given: Config, stops: ReturnType<typeof createStops>): Promise<System> {
  const data = claimDataDirectory(resolve(options.data));
  stops.add(() => data.release());
  const { workerTimeoutSeconds = FUNCTION_LIMITS.onboarding.timeoutSeconds } = options;
  const { clock, speed, base } = openDomainClock(data, options.speed ?? 1);
  const simulator = await startLocalSimulator(options, given, data.at('simulator'), clock);
  stops.add(() => simulator.stop());
  const config = { ...given, bitsight: { ...given.bitsight, baseUrl: simulator.url } };
  data.write('lifecycle.json', canonicalJson(config));
  const secrets = openSecretFile(data, config, simulator.token);
  const outcomes = openOutcomeFile(data.at('outcomes.jsonl'));
  const aws = await startLocalAws({
    data,
    secrets,
    onEvents: (entries) => outcomes.take(entries),
    onMessage(text) {
      appendFileSync(data.at('messages.txt'), `${text}\n\n`);
      options.onMessage?.(text);
    },
    visibilitySeconds: 6 * workerTimeoutSeconds, // as Lambda demands
  });
  stops.add(() => aws.stop());
  const { store, archive, sqs, clients } = adapters(aws);
  stops.add(() => clients.forEach((client) => client.destroy()));
  await arm(store, options.plan !== true);

  const log = openFunctionLog(data.at('functions.log'), options.onLog ?? (() => undefined));
  stops.add(() => log.close());
  const configFile = data.at('lifecycle.json');
  const functions = createLocalFunctions({
    aws,
    configFile,
    clock: { speed, base },
    workerTimeoutSeconds,
    log: log.line,
  });
  const lanes = startLanes({ aws, client: sqs, functions, log: log.line });
  stops.add(() => lanes.stop());
  const scheduler = startScheduler({
    clock,
    speed,
    night: config.night,
    sweep: (event) => functions.sweeper.invoke(event),
    export: (event) => functions['nightly-export'].invoke(event),
  });
  stops.add(() => scheduler.stop());
  const door = await startFrontDoor({
    port: options.port ?? 0,
    routes: ['POST', 'GET', 'OPTIONS'].map((method) => `${method} /webhooks/{source}`),
    invoke: (event) => functions.webhook.invoke(event),
  });
  stops.add(() => door.stop());
  const { environment } = aws;
  const running = { url: door.url, simulator: simulator.url, pid: process.pid, environment };
  data.write('running.json', JSON.stringify(running), 0o600);

  const now = () => scheduledEvent(clock.now());
  return {
    url: door.url,
    simulator,
    config,
    data: data.path,
    clock,
    store,
    archive,
    send: (source, body, how) => deliver({ url: door.url, config, secrets }, source, body, how),
    idle: (how) => waitUntilIdle({ aws, store, clock, busy: () => door.pending > 0 }, how),
    outcomes: () => outcomes.read(),
    sweep: () => functions.sweeper.invoke(now()),
    night: (at = clock.now()) => functions['nightly-export'].invoke(scheduledEvent(at)),
    stop: () => stops.run(),
  };
}

/** It does what the probe proved of the Bitsight that it stands for, so that a mode which rests on that can be tried. */
function startLocalSimulator(options: StartOptions, config: Config, data: string, clock: Clock): Promise<Simulator> {
  const { simulatorPort: port = 0, users, seed } = options;
  const switches = { patchStatus: isProven(config, DEACTIVATING) ? 'honoured' : 'ignored' } as const;
  return withPort(startSimulator({ port, data, clock, users, seed, switches }), port, '--simulator-port');
}

function adapters(aws: LocalAws): { store: Store; archive: Archive; sqs: SQSClient; clients: { destroy(): void }[] } {
  const dynamo = new DynamoDBClient(aws.client('DYNAMODB'));
  const s3 = new S3Client(aws.client('S3'));
  const sqs = new SQSClient({ ...aws.client('SQS'), useQueueUrlAsEndpoint: false });
  return {
    store: createDynamoStore({ client: dynamo, table: aws.table, nonce: randomUUID }),
    archive: createArchive({ client: s3, bucket: aws.bucket }),
    sqs,
    clients: [dynamo, s3, sqs],
  };
}
