import { FUNCTION_LIMITS } from '../../infra/function-limits.ts';
import { seeded } from '../../infra/local/bitsight-simulator/random.ts';
import { WORKERS } from '../../infra/local/functions.ts';
import type { ConfigInput } from '../../lib/config/schema.ts';
import { LANES, type Lane, type LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { sweep } from '../../lib/lifecycle/sweep.ts';
import { MINUTE, SECOND } from '../../lib/time.ts';
import { Schedule } from '../soak/schedule.ts';
import { createMemoryLanes } from '../support/memory/lanes.ts';
import { createMemoryStore } from '../support/memory/store.ts';
import { WIDE_FUSE } from '../support/wide-fuse.ts';
import { armedWorld, type TestWorld } from '../support/world.ts';
import { Tally, type Worker } from './tally.ts';

/** What a call takes, milliseconds of virtual time. */
export const PACE = { bitsight: 300, ledger: 5 };
/** Time that one message may need (lib/runtime/lane-handler.ts): with less left it is handed back. */
const NEED = 25 * SECOND;
/** For scenes that are about something else: any number of people may be made, changed and removed. */
const WIDE: Partial<ConfigInput> = { fuse: WIDE_FUSE, bitsight: { monthlyCreations: null } };
const RECEIVED_AGAIN = 6; // times the limit of its function, as infra/constructs/lane.ts hides a message

/**
 * The stack under virtual time: as many workers in each lane as it configures, each with one batch and one call at a
 * time, and the sweeper each minute. Every call takes as long as every other of its kind, so that figures repeat.
 */
export class Stack {
  readonly schedule: Schedule;
  readonly world: TestWorld;
  tally = new Tally();
  #pace = { bitsight: 0, ledger: 0 };
  readonly #idle: Record<Lane, (() => void)[]> = { urgent: [], normal: [] };
  #handedBack = 0;

  private constructor(schedule: Schedule, world: TestWorld) {
    this.schedule = schedule;
    this.world = world;
    for (const lane of LANES)
      for (let n = 0; n < FUNCTION_LIMITS[WORKERS[lane].name].concurrency; n++) void this.#work(lane);
  }

  static async start(config: Partial<ConfigInput> = {}): Promise<Stack> {
    const schedule = new Schedule(seeded(1));
    const switches = { monthlyCreations: null };
    return new Stack(
      schedule,
      await armedWorld({ clock: schedule, config: { ...WIDE, ...config }, switches, random: schedule.random }),
    );
  }

  accept(events: readonly LifecycleEvent[]): void {
    for (const event of events) this.world.accept(event);
  }

  /** What was there before the scene begins: done in no time. */
  async before(events: readonly LifecycleEvent[]): Promise<void> {
    this.accept(events);
    while (this.#isMoving()) {
      this.#callIdle();
      await new Promise(setImmediate);
    }
  }

  /** From now on everything takes its time, and the sweeper comes each minute. */
  begin(): void {
    this.tally = new Tally();
    this.#pace = PACE;
    const sweeper = this.#hooks();
    const store = createMemoryStore({ table: this.world.table, ...sweeper });
    const lanes = createMemoryLanes({ queues: this.world.queues, ...sweeper });
    const turn = (): void => {
      if (!this.#isMoving()) return;
      void sweep({ store, lanes, clock: this.schedule, telemetry: this.world.telemetry });
      this.schedule.at(this.schedule.now() + MINUTE, turn);
    };
    this.schedule.at(this.schedule.now() + MINUTE, turn);
  }

  /** Goes on until everybody is at rest, or until then. */
  async run(until = Infinity): Promise<void> {
    await this.schedule.run(until, () => this.#callIdle());
  }

  #callIdle(): void {
    for (const lane of LANES) if (this.world.queues[lane].length > 0) this.#idle[lane].shift()?.();
  }

  async #work(lane: Lane): Promise<void> {
    const { name, batchSize } = WORKERS[lane];
    const worker: Worker = { lane, kind: undefined, wrote: false };
    const work = this.world.worker(lane, this.#hooks(worker));
    const queue = this.world.queues[lane];
    for (;;) {
      if (queue.length === 0) await new Promise<void>((called) => this.#idle[lane].push(called));
      const end = this.schedule.now() + FUNCTION_LIMITS[name].timeoutSeconds * SECOND;
      const invocation = { remainingMs: () => end - this.schedule.now(), wallNow: this.schedule.now };
      for (const body of queue.splice(0, batchSize)) {
        if (invocation.remainingMs() < NEED) {
          this.#handBack(lane, body);
          continue;
        }
        this.tally.begin(worker, body);
        await work(body, invocation);
        this.tally.end(worker, this.schedule.now());
      }
      if (invocation.remainingMs() < 0) throw new Error('The platform would have killed this invocation.');
    }
  }

  #handBack(lane: Lane, body: string): void {
    const hidden = RECEIVED_AGAIN * FUNCTION_LIMITS[WORKERS[lane].name].timeoutSeconds * SECOND;
    this.#handedBack += 1;
    this.schedule.at(this.schedule.now() + hidden, () => {
      this.#handedBack -= 1;
      this.world.queues[lane].push(body);
    });
  }

  #hooks(worker?: Worker) {
    const pass = (ms: number): Promise<void> | undefined =>
      ms > 0 ? this.schedule.wait(ms, { alive: true }) : undefined;
    return {
      before: (port: string) => pass(port === 'bitsight' ? this.#pace.bitsight / 2 : this.#pace.ledger),
      after: (port: string) => {
        const call = port === 'bitsight' ? this.world.core.record.calls.at(-1) : undefined;
        if (worker !== undefined) this.tally.call(worker, call);
        return call === undefined ? undefined : pass(this.#pace.bitsight / 2);
      },
    };
  }

  #isMoving(): boolean {
    const { queues, table } = this.world;
    if (this.#handedBack > 0 || this.tally.atWork > 0 || LANES.some((lane) => queues[lane].length > 0)) return true;
    return table.entries().some(([pk, rows]) => pk.startsWith('P#') && rows.get('P')?.wakeAt !== undefined);
  }
}
