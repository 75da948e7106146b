import { appendFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';

let invocations = 0;

/** A function that answers, throws, hangs or dies as the event tells it. */
export async function handler(event: { do: string; ms?: number; path?: string }, context: Context): Promise<unknown> {
  invocations += 1;
  console.log(JSON.stringify({ message: 'asked', do: event.do }));
  if (event.do === 'throw') throw new TypeError('as asked');
  if (event.do === 'hang') for (;;);
  if (event.do === 'write') for (;;) appendFileSync(event.path ?? '', '.');
  if (event.do === 'exit') process.exit(1);
  if (event.do === 'wait') await new Promise((done) => setTimeout(done, event.ms));
  return {
    invocations,
    requestId: context.awsRequestId,
    remainingMs: context.getRemainingTimeInMillis(),
    environment: process.env,
    nothing: undefined,
  };
}
