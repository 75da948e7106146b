import type { Context } from 'aws-lambda';
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';

/**
 * What runs inside the thread of one execution environment: imports the function once, then answers one invocation
 * after the other. Events and answers cross as JSON text, as in Lambda.
 */
const InvocationSchema = z.object({ requestId: z.string(), deadline: z.number(), event: z.string() });
const { name, entry } = z.object({ name: z.string(), entry: z.string() }).parse(workerData);
const ModuleSchema = z.object({
  handler: z.custom<(event: unknown, context: Context) => unknown>((value) => typeof value === 'function'),
});

function contextOf(requestId: string, deadline: number): Context {
  return {
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${name}`,
    memoryLimitInMB: '512',
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

async function answer(message: unknown): Promise<{ result: string } | { error: string }> {
  const { requestId, deadline, event } = InvocationSchema.parse(message);
  try {
    const result = await handler(JSON.parse(event), contextOf(requestId, deadline));
    return { result: JSON.stringify(result ?? null) };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

enableCompileCache(); // every thread loads the same: half a second of work each, once
const { handler } = ModuleSchema.parse(await import(entry));
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- the port of a thread knows no origins
const say = (message: unknown) => parentPort?.postMessage(message);
parentPort?.on('message', (message) => void answer(message).then(say));
say('ready');
