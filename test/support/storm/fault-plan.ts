import type { FaultInput } from '../../../infra/local/bitsight-simulator/faults.ts';
import { seeded } from '../../../infra/local/bitsight-simulator/random.ts';
import { SECOND } from '../../../lib/time.ts';
import { SETTLE_MS, TIMEOUT_MS } from './policy.ts';

/** A fault and how many of the calls it fits it strikes: one in `every`. */
type Row = [id: string, every: number, fault: FaultInput];

/** All that the simulator can do to a caller. `speed` says what the callers' deadline is in domain time. */
function rows(speed: number): Row[] {
  const beyond = TIMEOUT_MS * speed + SETTLE_MS / 10; // over before a reader may believe that nothing comes any more
  return [
    ['429, seconds', 490, { kind: 'rate-limit', retryAfter: 20 }],
    ['429, HTTP date', 490, { kind: 'rate-limit', retryAfter: 20, as: 'http-date', holds: true }],
    ['429, nothing said', 490, { kind: 'rate-limit', retryAfter: null }],
    ['5xx', 490, { kind: 'server-error', status: 503 }],
    ['5xx after a POST', 40, { kind: 'server-error', status: 502, when: 'after', method: 'POST' }],
    ['5xx after a PATCH', 30, { kind: 'server-error', status: 500, when: 'after', method: 'PATCH' }],
    ['5xx after a DELETE', 17, { kind: 'server-error', status: 504, when: 'after', method: 'DELETE' }],
    ['reset before', 490, { kind: 'reset', when: 'before' }],
    ['reset before a POST', 40, { kind: 'reset', when: 'before', method: 'POST' }],
    ['reset after a POST', 40, { kind: 'reset', when: 'after', method: 'POST' }],
    ['reset after a PATCH', 30, { kind: 'reset', when: 'after', method: 'PATCH' }],
    ['reset after a DELETE', 17, { kind: 'reset', when: 'after', method: 'DELETE' }],
    ['reset midway', 490, { kind: 'reset', when: 'midway' }],
    ['slow', 490, { kind: 'slow', ms: 5 * SECOND }],
    ['too slow before a POST', 40, { kind: 'slow', ms: beyond, method: 'POST' }],
    ['too slow before a PATCH', 40, { kind: 'slow', ms: beyond, method: 'PATCH' }],
    ['too slow after a POST', 40, { kind: 'slow', ms: beyond, when: 'after', method: 'POST' }],
    ['HTML', 490, { kind: 'html' }],
    ['HTML after a POST', 40, { kind: 'html', status: 502, when: 'after', method: 'POST' }],
    ['cut JSON', 490, { kind: 'cut-json' }],
    ['cut JSON of a POST', 40, { kind: 'cut-json', method: 'POST' }],
    ['401', 490, { kind: 'unauthorized' }],
    ['403', 490, { kind: 'forbidden' }],
    ['short page', 7, { kind: 'short-page', rows: 1, method: 'GET' }],
    ['empty page', 38, { kind: 'empty-page' }],
    ['row twice', 28, { kind: 'duplicate-row' }],
    ['others come', 150, { kind: 'churn', add: 1, remove: 0 }],
    ['role ignored', 24, { kind: 'ignore-field', field: 'roles' }],
    ['group ignored', 35, { kind: 'ignore-field', field: 'group' }],
    ['seen late', 80, { kind: 'late-read', ms: SETTLE_MS / 2 }],
  ];
}

/** More than any call of one kind is made. */
const CALLS = 60_000;

/** Which calls are struck is drawn once, one in each stretch of so many: how often a fault strikes is no accident. */
export function faultPlan(speed: number, seed: number): FaultInput[] {
  const random = seeded(seed);
  return rows(speed).map(([id, every, fault]) => {
    const stretches = Array.from({ length: Math.floor(CALLS / every) }, (_, n) => n * every);
    return { ...fault, id, calls: stretches.map((start) => start + 1 + Math.floor(random() * every)) };
  });
}
