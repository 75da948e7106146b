/** Failures of TLS before a request can be sent: the server's certificate or protocol is not accepted. */
const HANDSHAKE =
  /^(CERT_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(GET|VERIFY)_|ERR_TLS_CERT_|ERR_SSL_(WRONG_VERSION_NUMBER|UNSUPPORTED_PROTOCOL|TLSV1_ALERT_PROTOCOL_VERSION)$|HOSTNAME_MISMATCH$|INVALID_CA$)/;
const CONNECTING = new Set(['connect', 'getaddrinfo']);
// Not EHOSTUNREACH and its like: an open connection can end so too. They count by their system call.
const NEVER_OPENED = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

export interface BrokenConnection {
  /** Certainly not one byte of the request was sent. When in doubt: false. */
  nothingSent: boolean;
  /** Code of the system or of TLS, such as ECONNRESET; `timeout` where our own deadline ended the call. */
  reason: string;
}

/** Reads what `fetch` throws; the cause says more than the error. */
export function readConnectionError(error: unknown): BrokenConnection {
  const chain = [...causes(error)];
  const told = chain.find((link) => link.code !== undefined);
  if (told !== undefined) return { nothingSent: neverOpened(told), reason: told.code ?? '' };
  const name = chain[0]?.name;
  return { nothingSent: false, reason: name === 'TimeoutError' || name === 'AbortError' ? 'timeout' : 'no code' };
}

function neverOpened({ code = '', syscall = '' }: Link): boolean {
  return CONNECTING.has(syscall) || NEVER_OPENED.has(code) || HANDSHAKE.test(code);
}

interface Link {
  name: string | undefined;
  code: string | undefined;
  syscall: string | undefined;
}

function* causes(error: unknown): Generator<Link> {
  let link = error;
  for (let depth = 0; depth < 5 && typeof link === 'object' && link !== null; depth++) {
    yield { name: textOf(link, 'name'), code: textOf(link, 'code'), syscall: textOf(link, 'syscall') };
    link = Reflect.get(link, 'cause');
  }
}

/** A DOMException has a number as its code: that says nothing. */
function textOf(from: object, key: string): string | undefined {
  const value: unknown = Reflect.get(from, key);
  return typeof value === 'string' ? value : undefined;
}
