import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { cut, listen } from '../../../infra/local/listen.ts';

const ErrorSchema = z.object({ errorType: z.string(), errorMessage: z.string() });

/** The Runtime API as one process of a function sees it: one invocation at a time, handed over when it asks. */
export interface RuntimeApi {
  /** Host and port, as AWS_LAMBDA_RUNTIME_API has them. */
  host: string;
  invoke(requestId: string, event: unknown): Promise<unknown>;
  /** No answer will come any more. */
  fail(reason: Error): void;
  /** `performance.now()` when work was first asked for, and when it was first answered; NaN until then. */
  askedAt(): number;
  answeredAt(): number;
  /** Milliseconds of processor time that the process had used for its first answer, and for its last one so far. */
  cpu(): number;
  spent(): number;
  stop(): Promise<void>;
}

export async function startRuntimeApi(timeoutMs: number): Promise<RuntimeApi> {
  let asking = Promise.withResolvers<ServerResponse>();
  let answer = Promise.withResolvers<unknown>();
  let askedAt = NaN;
  let answeredAt = NaN;
  let cpu = NaN;
  let spent = 0;
  const fail = (reason: Error) => {
    asking.reject(reason);
    answer.reject(reason);
  };
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/invocation/next')) {
      if (Number.isNaN(askedAt)) askedAt = performance.now();
      return asking.resolve(response);
    }
    void text(request).then((body) => {
      spent = Number(request.headers['x-cpu-microseconds']) / 1000;
      if (Number.isNaN(answeredAt)) {
        answeredAt = performance.now();
        cpu = spent;
      }
      response.writeHead(202).end();
      if (request.url?.endsWith('/response')) return answer.resolve(JSON.parse(body));
      const { errorType, errorMessage } = ErrorSchema.parse(JSON.parse(body));
      const error = new Error(`${errorType}: ${errorMessage}`);
      if (request.url?.endsWith('/init/error')) return fail(error);
      return answer.reject(error);
    });
  });
  const url = await listen(server, 0, '--port');
  ignored(asking.promise);
  ignored(answer.promise);
  return {
    host: new URL(url).host,
    askedAt: () => askedAt,
    answeredAt: () => answeredAt,
    cpu: () => cpu,
    spent: () => spent,
    fail,
    async invoke(requestId, event) {
      answer = Promise.withResolvers();
      ignored(answer.promise);
      const response = await asking.promise;
      asking = Promise.withResolvers();
      ignored(asking.promise);
      response.writeHead(200, headersOf(requestId, timeoutMs)).end(JSON.stringify(event));
      return answer.promise;
    },
    stop: () => cut(server),
  };
}

/** Who waits hears of a failure; that nobody waits just then is no failure of its own. */
function ignored(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}

function headersOf(requestId: string, timeoutMs: number): Record<string, string> {
  return {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': requestId,
    'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:000000000000:function:function',
    'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
    'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000',
  };
}
