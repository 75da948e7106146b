import type { Call } from '../../infra/local/bitsight-simulator/record.ts';
import type { Lane } from '../../lib/lifecycle/event.ts';

/** What a call to Bitsight was for; `tenant`: what is kept a while for all; `read back`: whatever is read after the write. */
export const STEPS = ['search', 'guid', 'tenant', 'write', 'read back'] as const;
export type Step = (typeof STEPS)[number];

/** A worker, and what it is at. */
export interface Worker {
  lane: Lane;
  kind: string | undefined;
  wrote: boolean;
}
/** Of all messages of one kind. */
export interface Kind {
  messages: number;
  calls: Map<Step, number>;
  ledger: number;
}

/** Who called what for which kind of message. The kind of an event stands before the hyphen of its delivery. */
export class Tally {
  readonly kinds = new Map<string, Kind>();
  /** Calls to Bitsight. */
  readonly calls: Record<Lane, number> = { urgent: 0, normal: 0 };
  readonly ledger: Record<Lane, number> = { urgent: 0, normal: 0 };
  /** When the last message of a lane was done, epoch milliseconds. */
  readonly doneAt: Record<Lane, number> = { urgent: 0, normal: 0 };
  /** Workers who are at a message. */
  atWork = 0;

  begin(worker: Worker, body: string): void {
    Object.assign(worker, { kind: /"received":"([^-"]*)/.exec(body)?.[1] ?? 'woken', wrote: false });
    this.#kindOf(worker).messages += 1;
    this.atWork += 1;
  }

  end(worker: Worker, now: number): void {
    worker.kind = undefined;
    this.atWork -= 1;
    this.doneAt[worker.lane] = now;
  }

  /** A call of a port; `call` where it went to Bitsight. */
  call(worker: Worker, call: Call | undefined): void {
    const kind = this.#kindOf(worker);
    if (call === undefined) {
      kind.ledger += 1;
      this.ledger[worker.lane] += 1;
      return;
    }
    const step = stepOf(call, worker.wrote);
    kind.calls.set(step, (kind.calls.get(step) ?? 0) + 1);
    this.calls[worker.lane] += 1;
    worker.wrote ||= step === 'write';
  }

  #kindOf({ kind = '' }: Worker): Kind {
    const known = this.kinds.get(kind) ?? { messages: 0, calls: new Map(), ledger: 0 };
    this.kinds.set(kind, known);
    return known;
  }
}

function stepOf({ method, path }: Call, wrote: boolean): Step {
  if (method !== 'GET') return 'write';
  if (wrote) return 'read back';
  if (/\/(access-groups|current|quota)$/.test(path)) return 'tenant';
  return path.endsWith('/users') ? 'search' : 'guid';
}
