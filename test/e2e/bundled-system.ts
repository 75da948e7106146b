import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, functionEntry } from '../../infra/bundle.ts';
import { FUNCTION_LIMITS } from '../../infra/function-limits.ts';
import type { FunctionName } from '../../infra/function-limits.ts';
import { arm } from '../../infra/local/arm.ts';
import { REGION, startLocalAws } from '../../infra/local/aws.ts';
import { startSimulator } from '../../infra/local/bitsight-simulator/server.ts';
import { claimDataDirectory } from '../../infra/local/data-directory.ts';
import { WORKERS } from '../../infra/local/functions.ts';
import { startQueuePoller } from '../../infra/local/queue-poller.ts';
import { openSecretFile } from '../../infra/local/secret-file.ts';
import { createStops } from '../../infra/local/stops.ts';
import { createDynamoStore } from '../../lib/aws/store.ts';
import { canonicalJson } from '../../lib/config/index.ts';
import { LANES } from '../../lib/lifecycle/event.ts';
import { canariesOf, judge, searchData, searchLines, sum } from '../support/canaries.ts';
import { outcomesOn } from '../support/bus.ts';
import { startRuntime } from '../support/lambda-runtime/runtime.ts';
import type { Runtime } from '../support/lambda-runtime/runtime.ts';
import { localConfig } from './local-config.ts';

const WATCH_CODE = new URL('../support/lambda-runtime/watch-code.mjs', import.meta.url).href;

export type BundledSystem = Awaited<ReturnType<typeof startBundledSystem>>;

/**
 * The functions as they are deployed, each in the real Lambda runtime client, with AWS and Bitsight on this machine.
 * `through`: the way by which the functions find AWS.
 */
export async function startBundledSystem(
  directory: string,
  { given = localConfig(), users = 5, through = async (environment: Record<string, string>) => environment } = {},
) {
  const stops = createStops();
  stops.add(() => rmSync(directory, { recursive: true }));
  const data = claimDataDirectory(join(directory, 'data'));
  stops.add(() => data.release());
  const simulator = await startSimulator({ users });
  stops.add(() => simulator.stop());
  const config = { ...given, bitsight: { ...given.bitsight, baseUrl: simulator.url } };
  const secrets = openSecretFile(data, config, simulator.token);
  const outcomes = outcomesOn();
  const aws = await startLocalAws({
    data,
    secrets,
    onEvents: (entries) => outcomes.take(entries),
    visibilitySeconds: 60,
  });
  stops.add(() => aws.stop());
  const dynamo = new DynamoDBClient(aws.client('DYNAMODB'));
  const sqs = new SQSClient({ ...aws.client('SQS'), useQueueUrlAsEndpoint: false });
  stops.add(() => [dynamo, sqs].forEach((client) => client.destroy()));
  await arm(createDynamoStore({ client: dynamo, table: aws.table, nonce: randomUUID }), true);

  const shared = await through(aws.environment);
  const invoked: FunctionName[] = [];
  async function run(name: FunctionName, own: Record<string, string> = {}): Promise<Runtime> {
    const at = join(directory, name);
    mkdirSync(at);
    await bundle(functionEntry(name), join(at, 'index.mjs'));
    writeFileSync(join(at, 'lifecycle.json'), canonicalJson(config));
    const watched = { NODE_OPTIONS: `--import ${WATCH_CODE}` };
    const environment = { ...shared, CONFIG_FILE: 'lifecycle.json', SECRET_PREFIX: '', ...watched, ...own };
    const timeoutMs = FUNCTION_LIMITS[name].timeoutSeconds * 1000;
    const runtime = await startRuntime({ directory: at, environment, timeoutMs });
    stops.add(() => runtime.stop());
    return { ...runtime, invoke: (event) => (invoked.push(name), runtime.invoke(event)) };
  }
  const [webhook, onboarding, offboarding, sweeper, night] = await Promise.all([
    run('webhook'),
    run('onboarding', { DEAD_LETTER_QUEUE_URL: aws.queues.normal.deadLetterUrl }),
    run('offboarding', { DEAD_LETTER_QUEUE_URL: aws.queues.urgent.deadLetterUrl }),
    run('sweeper'),
    run('nightly-export'),
  ]);
  const functions = { webhook, onboarding, offboarding, sweeper, 'nightly-export': night };
  const logged: string[] = [];
  for (const lane of LANES) {
    const poller = startQueuePoller({
      client: sqs,
      queue: aws.queues[lane],
      region: REGION,
      batchSize: WORKERS[lane].batchSize,
      concurrency: 1,
      invoke: (event) => functions[WORKERS[lane].name].invoke(event),
      endReceives: () => aws.endReceives(),
      log: (message) => void logged.push(message),
    });
    stops.add(() => poller.stop());
  }
  const store = createDynamoStore({ client: dynamo, table: aws.table, nonce: randomUUID });
  return {
    functions,
    invoked,
    simulator,
    secrets,
    config,
    outcomes,
    aws,
    store,
    directory,
    logged,
    async stop() {
      const canaries = await canariesOf(data.path, simulator.core, store);
      const written = Object.entries(functions).map(([name, one]) => searchLines(name, one.output(), canaries));
      const searched = sum([...written, searchData(data.path, canaries)]);
      await stops.run();
      judge(searched);
    },
  };
}
