export { type Auth, type Dialect, DIALECT_NAMES, type DialectName } from './dialect.ts';
export { dialectOf, DIALECTS } from './dialects.ts';
export { awaits, greeting, HANDSHAKES } from './handshake.ts';
export type { Headers, Refusal } from './headers.ts';
export { readJson, unreadable } from './json.ts';
export { keyOf } from './key.ts';
export { sign } from './sign.ts';
export type { SignedRequest } from './signed.ts';
export { type Check, type Verdict, verify } from './verify.ts';
