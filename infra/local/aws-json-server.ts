import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { Fault } from './aws-fault.ts';
import { eventOperations, type BusEvent } from './event-bus.ts';
import { cut, listen } from './listen.ts';
import { secretOperations, type SecretMap } from './secret-vault.ts';

export type { BusEvent } from './event-bus.ts';
export type { SecretMap, SecretRecord } from './secret-vault.ts';

/**
 * Secrets Manager and EventBridge PutEvents on one machine, in the JSON protocol that the AWS SDK speaks: the operation
 * stands in `x-amz-target`, an error's name in `x-amzn-errortype`. It checks no signature.
 *
 * `secrets` is read and written on each call, so a map over a file makes them last. `onEvents` gets the entries of one
 * PutEvents call; when it throws, the caller is told so.
 */
export async function startAwsJsonServer(options: {
  secrets: SecretMap;
  onEvents: (entries: BusEvent[]) => void | Promise<void>;
}): Promise<{ url: string; stop: () => Promise<void> }> {
  const { secrets, onEvents } = options;
  const operations: Operations = { ...secretOperations(secrets), ...eventOperations(onEvents) };
  const server = createServer((request, response) => void answer(operations, request, response));
  return { url: await listen(server), stop: () => cut(server) };
}

/** By `x-amz-target`. The input is what came in; each operation reads it by its own schema. */
type Operations = Record<string, (input: unknown) => object | Promise<object>>;

async function answer(operations: Operations, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const input = JSON.parse(await text(request));
    const operation = operations[String(request.headers['x-amz-target'])];
    if (operation === undefined) throw new Fault('UnknownOperationException', 'This operation does not exist here.');
    end(response, 200, await operation(input));
  } catch (error) {
    const fault = asFault(error);
    response.setHeader('x-amzn-errortype', fault.type);
    end(response, fault.status, { __type: fault.type, message: fault.message });
  }
}

/** The message of any other error might quote a secret. */
function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof SyntaxError) return new Fault('SerializationException', 'The body is not JSON.');
  if (error instanceof z.ZodError) return new Fault('ValidationException', `Wrong input at ${pathsOf(error)}.`);
  return new Fault('InternalFailure', 'The operation failed.', 500);
}

const pathsOf = (error: z.ZodError): string => error.issues.map(({ path }) => path.join('.')).join(', ');

function end(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}
