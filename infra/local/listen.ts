import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import { AppError } from '../../lib/errors.ts';

/** Listens on loopback only; port 0 takes a free one. `flag` is the option by which a person can choose another port. */
export async function listen(server: Server, port = 0, flag = '--port'): Promise<string> {
  server.listen(port, '127.0.0.1');
  await withPort(once(server, 'listening'), port, flag);
  return urlOf(server);
}

/** Says in one clear line, by the option of the caller, that what is being started cannot have its port. */
export async function withPort<T>(started: Promise<T>, port: number, flag: string): Promise<T> {
  try {
    return await started;
  } catch (error) {
    const cause = error instanceof AppError ? error.cause : error;
    const reason = REASONS[codeOf(cause)];
    if (reason === undefined) throw error;
    throw new AppError('ARGUMENT_INVALID', `Port ${port} ${reason}; ${flag} 0 takes a free one.`, { cause });
  }
}

const REASONS: Partial<Record<string, string>> = {
  EADDRINUSE: 'is in use',
  EACCES: 'may not be opened by this user',
};

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** Cuts off whoever is connected; resolves when nothing listens any more. */
export async function cut(server: HttpServer): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server does not listen on a port');
  return `http://127.0.0.1:${address.port}`;
}
