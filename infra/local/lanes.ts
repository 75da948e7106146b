import type { SQSClient } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LANES } from '../../lib/lifecycle/event.ts';
import { REGION, type LocalAws } from './aws.ts';
import type { LogLine } from './execution-environment.ts';
import { WORKERS, type LocalFunctions } from './functions.ts';
import { startQueuePoller } from './queue-poller.ts';

/** What runs may finish in this time; after it, it is killed, as it may be at any time. */
const GRACE_MS = 3000;

/** Both lanes with their workers. Stopping ends the other functions, too: nothing is left that would need them. */
export function startLanes(options: { aws: LocalAws; client: SQSClient; functions: LocalFunctions; log: LogLine }): {
  stop(): Promise<void>;
} {
  const { aws, client, functions, log } = options;
  const pollers = LANES.map((lane) => {
    const { name, batchSize } = WORKERS[lane];
    return startQueuePoller({
      client,
      queue: aws.queues[lane],
      region: REGION,
      batchSize,
      concurrency: functions[name].concurrency,
      invoke: (event) => functions[name].invoke(event),
      endReceives: () => aws.endReceives(),
      log: (message) => log(name, message),
    });
  });
  return {
    async stop() {
      const ended = Promise.all(pollers.map((poller) => poller.stop()));
      await Promise.race([ended, sleep(GRACE_MS, undefined, { ref: false })]);
      await Promise.all(Object.values(functions).map((host) => host.stop()));
      await ended;
    },
  };
}
