import type { FaultInput } from '../../infra/local/bitsight-simulator/faults.ts';
import type { SwitchesInput } from '../../infra/local/bitsight-simulator/switches.ts';
import { AppError } from '../../lib/errors.ts';
import { SECOND } from '../../lib/time.ts';
import type { Hooks } from '../support/memory/hooks.ts';
import type { Life, Schedule } from './schedule.ts';

/** How rough a run is; zero everywhere when faults stop. */
export interface Roughness {
  /** The worker dies at a call of a port. */
  crash: number;
  /** Ledger, queues or outcomes fail. */
  store: number;
  /** The connection breaks, and the request arrives all the same, up to the deadline of the call later. */
  stray: number;
}

/** Ports of one life: every call takes time, may fail before or after its effect, or is the last thing that life does. */
export function roughHooks(
  schedule: Schedule,
  life: () => Life & { kill?: (why: 'crash') => void },
  rough: Roughness,
  count: (what: string) => void,
  seen: (port: string, operation: string, key: string | undefined) => void,
): Hooks {
  const pass = async (port: string, side: 'before' | 'after', ms: number): Promise<void> => {
    const mine = life();
    if (mine.alive && mine.kill !== undefined && schedule.chance(rough.crash)) {
      count(`crash ${side} ${port}`);
      mine.kill('crash');
    }
    if (ms > 0 || !mine.alive) await schedule.wait(ms, mine);
    if (port === 'bitsight' || !schedule.chance(rough.store)) return;
    count(`${port} fails ${side}`);
    throw new AppError(port === 'outcomes' ? 'OUTCOMES_UNAVAILABLE' : 'STORE_UNAVAILABLE', `${port} is not there.`);
  };
  return {
    before: (port) => pass(port, 'before', schedule.latency(12)),
    after: (port, operation, key) => {
      seen(port, operation, key);
      return pass(port, 'after', schedule.chance(0.2) ? schedule.latency(4) : 0);
    },
  };
}

/** How the simulator behaves where nobody knows how Bitsight does. */
export function anySwitches(schedule: Schedule): SwitchesInput {
  return {
    duplicateEmail: schedule.pick(['refuse', 'allow']),
    emailFilter: schedule.pick(['exact', 'case-insensitive', 'substring']),
    searchMatch: schedule.pick(['substring', 'prefix']),
    tokensHidden: schedule.pick([true, false]),
    tokenFilter: schedule.pick(['only', 'include']),
    patchAnswer: schedule.pick(['user', 'empty']),
    featuresPatch: schedule.pick(['merge', 'replace']),
    defaultOrder: schedule.pick(['guid', 'unstable']),
    errorShape: schedule.pick(['detail', 'ApiError']),
    monthlyCreations: null,
  };
}

/** Misbehaviour that is always about; reads are behind by less than the settle time promises. */
export function everydayFaults(schedule: Schedule, settleMs: number): FaultInput[] {
  const p = (most: number): number => schedule.random() * most;
  const when = (): 'before' | 'after' => schedule.pick(['before', 'after']);
  const field = schedule.pick(['group', 'roles', 'features', 'formal_name']);
  return [
    { kind: 'reset', when: 'after', method: 'POST', probability: p(0.15) },
    { kind: 'reset', when: 'before', method: 'POST', probability: p(0.15) },
    { kind: 'server-error', when: when(), method: schedule.pick(['POST', 'PATCH', 'DELETE']), probability: p(0.15) },
    { kind: 'reset', when: schedule.pick(['before', 'after', 'midway']), probability: p(0.05) },
    { kind: 'server-error', when: when(), status: schedule.pick([500, 502, 503]), probability: p(0.05) },
    { kind: 'html', when: when(), status: schedule.pick([200, 403, 404, 522]), probability: p(0.03) },
    { kind: 'cut-json', probability: p(0.03) },
    { kind: 'rate-limit', retryAfter: null, probability: p(0.02) },
    { kind: 'rate-limit', retryAfter: 20, probability: p(0.01), as: schedule.pick(['seconds', 'http-date']) },
    { kind: 'unauthorized', probability: p(0.01) },
    { kind: 'forbidden', method: schedule.pick(['POST', 'PATCH', 'DELETE']), probability: p(0.02) },
    { kind: 'slow', ms: schedule.between(SECOND, 10.4 * SECOND), when: when(), probability: p(0.03) },
    { kind: 'late-read', ms: schedule.between(1, 0.9 * settleMs), probability: p(0.4) },
    { kind: 'ignore-field', field, probability: p(0.3) },
    { kind: 'empty-page', probability: p(0.05) },
    { kind: 'duplicate-row', probability: p(0.2) },
  ];
}
