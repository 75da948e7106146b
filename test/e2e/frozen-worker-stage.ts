import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../infra/bundle.ts';
import { arm } from '../../infra/local/arm.ts';
import { startLocalAws } from '../../infra/local/aws.ts';
import { startSimulator } from '../../infra/local/bitsight-simulator/server.ts';
import { claimDataDirectory } from '../../infra/local/data-directory.ts';
import { openOutcomeFile } from '../../infra/local/outcome-file.ts';
import { createLanes } from '../../lib/aws/lanes.ts';
import { createDynamoStore } from '../../lib/aws/store.ts';
import { canonicalJson, parseConfig } from '../../lib/config/index.ts';
import { laneOf, type LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { PersonSchema, ReceiptSchema } from '../../lib/lifecycle/ledger.ts';
import { sweep } from '../../lib/lifecycle/sweep.ts';
import { MAIL_HASH_KEY } from '../../lib/config/index.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { nonces } from '../support/dynamo.ts';
import { recordingTelemetry } from '../support/world.ts';
import { Worker } from './frozen-worker-process.ts';
import { CONFIG } from './local-config.ts';

/** A call starts only with 6 s of this left; a lease is 5 s longer. Wall time. */
const FUNCTION_MS = 9000;
/** A message comes back when the invocation that took it must be dead. */
const VISIBILITY_SECONDS = FUNCTION_MS / 1000 + 1;
/** Domain time runs so much faster: the two minutes until a person is woken again are a second. */
const SPEED = 120;

export type Stage = Awaited<ReturnType<typeof startStage>>;

/** Ledger, queues, Bitsight and the sweeper; workers are processes of their own. */
export async function startStage() {
  const base = Date.now();
  const clock = clockAt(SPEED, base);
  const directory = mkdtempSync(join(tmpdir(), 'frozen-'));
  const data = claimDataDirectory(directory);
  const simulator = await startSimulator({ clock, users: 3 });
  const outcomes = openOutcomeFile(data.at('outcomes.jsonl'));
  const aws = await startLocalAws({
    data,
    secrets: new Map([
      [MAIL_HASH_KEY, secret('a key of addresses, long enough')],
      ['bitsight-api-token', secret(simulator.token)],
    ]),
    visibilitySeconds: VISIBILITY_SECONDS,
    onEvents: (entries) => outcomes.take(entries),
  });
  const dynamo = new DynamoDBClient(aws.client('DYNAMODB'));
  const sqs = new SQSClient({ ...aws.client('SQS'), useQueueUrlAsEndpoint: false });
  const store = createDynamoStore({ client: dynamo, table: aws.table, nonce: nonces() });
  const urls = { urgent: aws.queues.urgent.url, normal: aws.queues.normal.url };
  const lanes = createLanes({ client: sqs, urls });
  await arm(store, true);
  const program = data.at('worker.mjs');
  await bundle(fileURLToPath(new URL('programs/frozen-worker.ts', import.meta.url)), program);

  const workers: Worker[] = [];
  const over = new AbortController();
  let sweeping: Promise<void> | undefined;

  return {
    clock,
    core: simulator.core,
    outcomes: () => outcomes.read(),
    send: (event: LifecycleEvent) => lanes.send(laneOf(event), [{ schema: 1, type: 'event', event }]),
    people: async () => {
      const items = await Array.fromAsync(store.scan());
      return items.filter(({ pk, sk }) => pk.startsWith('P#') && sk === 'P').map((item) => PersonSchema.parse(item));
    },
    receipts: async (pid: string) =>
      (await store.query(`P#${pid}`, { prefix: 'R#' })).map((item) => ReceiptSchema.parse(item)),
    newWorker(name: string): Promise<Worker> {
      const worker = new Worker();
      workers.push(worker);
      return worker.start({
        program,
        ledger: aws.client('DYNAMODB').endpoint,
        bitsight: simulator.url,
        queues: Object.values(urls),
        functionMs: FUNCTION_MS,
        environment: (baseUrl) => {
          const config = { ...CONFIG, bitsight: { baseUrl, timeoutMs: 1000, settleMs: 100 } };
          data.write(`${name}.json`, canonicalJson(parseConfig(config, name)));
          return {
            ...aws.environment,
            CONFIG_FILE: data.at(`${name}.json`),
            SECRET_PREFIX: '',
            DEAD_LETTER_QUEUE_URL: aws.queues.normal.deadLetterUrl,
            CLOCK_SPEED: String(SPEED),
            CLOCK_BASE: String(base),
          };
        },
      });
    },
    startSweeper(): void {
      sweeping = sweepUntil(over.signal, () => sweep({ store, lanes, clock, telemetry: recordingTelemetry() }));
    },
    async stop(): Promise<void> {
      over.abort();
      await sweeping;
      await Promise.all(workers.map((worker) => worker.stop()));
      dynamo.destroy();
      sqs.destroy();
      await Promise.all([simulator.stop(), aws.stop()]);
      data.release();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const secret = (value: string) => ({ createdAt: 0, current: { id: value, value, createdAt: 0 } });

async function sweepUntil(over: AbortSignal, sweepOnce: () => Promise<unknown>): Promise<void> {
  while (!over.aborted) {
    await sweepOnce();
    await sleep(250);
  }
}
