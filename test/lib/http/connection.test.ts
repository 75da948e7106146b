import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { readConnectionError } from '../../../lib/http/connection.ts';

/** As `fetch` wraps it. */
const failed = (cause: object): TypeError => new TypeError('fetch failed', { cause });
const system = (code: string, syscall?: string): Error => Object.assign(new Error(code), { code, syscall });

test.each([
  [failed(system('ECONNREFUSED', 'connect')), true, 'ECONNREFUSED'],
  [failed(system('ENOTFOUND', 'getaddrinfo')), true, 'ENOTFOUND'],
  [failed(system('EAI_AGAIN', 'getaddrinfo')), true, 'EAI_AGAIN'],
  [failed(system('ETIMEDOUT', 'connect')), true, 'ETIMEDOUT'],
  [failed(system('EHOSTUNREACH', 'connect')), true, 'EHOSTUNREACH'],
  [failed(system('UND_ERR_CONNECT_TIMEOUT')), true, 'UND_ERR_CONNECT_TIMEOUT'],
  [failed(system('CERT_HAS_EXPIRED')), true, 'CERT_HAS_EXPIRED'],
  [failed(system('DEPTH_ZERO_SELF_SIGNED_CERT')), true, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [failed(system('UNABLE_TO_VERIFY_LEAF_SIGNATURE')), true, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [failed(system('ERR_TLS_CERT_ALTNAME_INVALID')), true, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [failed(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })), true, 'ECONNREFUSED'],
])('%# before a connection is open nothing was sent: %s', (error, nothingSent, reason) => {
  expect(readConnectionError(error)).toEqual({ nothingSent, reason });
});

test.each([
  [failed(system('ECONNRESET', 'read')), 'ECONNRESET'],
  [failed(system('EPIPE', 'write')), 'EPIPE'],
  [failed(system('EHOSTUNREACH', 'read')), 'EHOSTUNREACH'],
  [failed(system('ETIMEDOUT', 'read')), 'ETIMEDOUT'],
  [failed(system('UND_ERR_SOCKET')), 'UND_ERR_SOCKET'],
  [failed(system('UND_ERR_HEADERS_TIMEOUT')), 'UND_ERR_HEADERS_TIMEOUT'],
  [failed(system('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC')), 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC'],
  [new DOMException('The operation timed out', 'TimeoutError'), 'timeout'],
  [new DOMException('This operation was aborted', 'AbortError'), 'timeout'],
  [new TypeError('terminated'), 'no code'],
  ['a text', 'no code'],
  [undefined, 'no code'],
])('%# in doubt it may have been sent: %s', (error, reason) => {
  expect(readConnectionError(error)).toEqual({ nothingSent: false, reason });
});

test('a chain of causes that leads back to itself is read to an end', () => {
  const error = new Error('round');
  error.cause = error;
  expect(readConnectionError(error)).toEqual({ nothingSent: false, reason: 'no code' });
});

async function portOf(onSocket: (socket: Socket) => void) {
  const server = createServer(onSocket).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // -- it listens on a port
  return { port, close: () => once(server.close(), 'close') };
}

const thrownBy = (url: string): Promise<unknown> =>
  fetch(url).then(
    () => 'answered',
    (error: unknown) => error,
  );

test('a port that nobody listens on: nothing was sent', async () => {
  const { port, close } = await portOf(() => {});
  await close();
  expect(readConnectionError(await thrownBy(`http://127.0.0.1:${port}`))).toMatchObject({ nothingSent: true });
});

test('a server that does not speak TLS: nothing was sent', async () => {
  const { port, close } = await portOf((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n')));
  expect(readConnectionError(await thrownBy(`https://127.0.0.1:${port}`))).toMatchObject({ nothingSent: true });
  await close();
});

test('a connection that breaks after the request was read: it may have been carried out', async () => {
  const { port, close } = await portOf((socket) => socket.once('data', () => socket.resetAndDestroy()));
  expect(readConnectionError(await thrownBy(`http://127.0.0.1:${port}`))).toMatchObject({ nothingSent: false });
  await close();
});
