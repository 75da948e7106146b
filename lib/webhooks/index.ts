export { bamboohr, type Dialect, standardWebhooks } from './dialects.ts';
export { readJson, unreadable } from './json.ts';
export { sign } from './signature.ts';
export { type Headers, type Refusal, type Verdict, verify } from './verify.ts';
