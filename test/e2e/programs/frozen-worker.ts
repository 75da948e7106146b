import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { OnboardingEnvSchema } from '../../../functions/onboarding/env.ts';
import { createQueueClient } from '../../../lib/aws/lanes.ts';
import { readGate } from '../../../lib/lifecycle/gate.ts';
import { createWorker } from '../../../lib/lifecycle/worker.ts';
import { parseEnv } from '../../../lib/runtime/env.ts';
import { invocationOf } from '../../../lib/runtime/invocation.ts';
import { laneDeps } from '../../../lib/runtime/lane-deps.ts';

// One worker process on the production adapters. Told a number, it takes so many messages and says `done` after them.
const [queueUrls = '', timeoutMs = ''] = process.argv.slice(2);
const deps = laneDeps('normal', 'worker', parseEnv(OnboardingEnvSchema, process.env));
const work = createWorker(deps);
const sqs = createQueueClient();

/** As the runtime of Lambda makes it: the deadline is an instant of the wall clock. */
function invocation() {
  const deadline = Date.now() + Number(timeoutMs);
  const context = { getRemainingTimeInMillis: () => deadline - Date.now() } as Context; // -- nothing else is read
  return invocationOf(context);
}

/** Works on at most one message; tells whether there was one. */
async function takeFrom(QueueUrl: string): Promise<boolean> {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
  for (const { Body = '', ReceiptHandle } of Messages) {
    await work(Body, invocation());
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
  return Messages.length > 0;
}

async function take(count: number): Promise<void> {
  for (let taken = 0; taken < count;) {
    for (const url of queueUrls.split(' ')) if (taken < count && (await takeFrom(url))) taken += 1;
    await deps.clock.sleep(1000);
  }
}

process.on('disconnect', () => process.exit());
process.on('message', (count) => void take(Number(count)).then(() => process.send?.('done')));
await Promise.all([readGate(deps.store), deps.secrets.current(deps.config.bitsight.tokenSecret)]); // connections are open before the clock of an invocation runs
process.send?.('ready');
