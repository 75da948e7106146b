import { once } from 'node:events';
import type { Server } from 'node:net';
import { AppError } from '../../lib/errors.ts';

/** Listens on loopback only; port 0 takes a free one. `flag` is the option by which a person can choose another port. */
export async function listen(server: Server, port: number, flag: string): Promise<string> {
  server.listen(port, '127.0.0.1');
  await withPort(once(server, 'listening'), port, flag);
  return urlOf(server);
}

/** Says it in one clear line when what is being started cannot have its port. */
export async function withPort<T>(started: Promise<T>, port: number, flag: string): Promise<T> {
  try {
    return await started;
  } catch (error) {
    throw portError(error, port, flag);
  }
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server does not listen on a port');
  return `http://127.0.0.1:${address.port}`;
}

function portError(error: unknown, port: number, flag: string): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new AppError('ARGUMENT_INVALID', `Port ${port} is in use; ${flag} 0 takes a free one.`);
  }
  return code === 'EACCES' ? new AppError('ARGUMENT_INVALID', `Port ${port} may not be opened by this user.`) : error;
}
