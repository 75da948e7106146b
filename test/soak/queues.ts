import type { Lane } from '../../lib/lifecycle/event.ts';
import { LANES } from '../../lib/lifecycle/event.ts';
import { MINUTE, SECOND } from '../../lib/time.ts';
import type { TestWorld } from '../support/world.ts';
import type { Life, Schedule } from './schedule.ts';

/** As infra/ sets them up: time limit of a worker, visibility of a message, receives before it is put away. */
const LIMIT = 60 * SECOND;
const VISIBILITY = 6 * MINUTE;
const MOST_RECEIVES = 20; // a message whose neighbours die so often is no poison: whatever gets here is
const NEED = 25 * SECOND;
const BATCH = { urgent: 1, normal: 5 } as const;
const WORKERS = 2;

interface Message {
  body: string;
  visibleAt: number;
  receives: number;
}
/** A running invocation. */
export interface Shift extends Life {
  lane: Lane;
  endsAt: number;
  /** It came to its end by itself. */
  ended: boolean;
  /** Ends it without a word: nothing of it goes on. */
  kill: (why: 'crash' | 'time is up') => void;
}
export type Work = (shift: Shift, body: string) => Promise<void>;

/** Two standard queues and their workers: any order, at least once, several at a time, killed at their time limit. */
export class Queues {
  readonly dead: string[] = [];
  readonly counts = { invocations: 0, crashes: 0, 'time is up': 0, 'handed out again': 0, thrown: 0 };
  readonly errors: unknown[] = [];
  /** Share of the messages that are handed out twice. */
  twice = 0.03;
  readonly #messages: Record<Lane, Message[]> = { urgent: [], normal: [] };
  readonly #working: Record<Lane, number> = { urgent: 0, normal: 0 };
  readonly #schedule: Schedule;
  readonly #world: TestWorld;
  readonly #work: Work;

  constructor(schedule: Schedule, world: TestWorld, work: Work) {
    this.#schedule = schedule;
    this.#world = world;
    this.#work = work;
  }

  get busy(): boolean {
    const sent = this.#world.queues; // and not shown to anybody yet
    return LANES.some((lane) => this.#working[lane] + this.#messages[lane].length + sent[lane].length > 0);
  }

  /** Takes in what was sent, and starts whoever is free. */
  dispatch(): void {
    const now = this.#schedule.now();
    for (const lane of LANES) {
      for (const body of this.#world.queues[lane].splice(0)) {
        const copies = this.#schedule.chance(this.twice) ? 2 : 1;
        for (let n = 0; n < copies; n++) this.#show(lane, { body, visibleAt: now, receives: 0 });
      }
      while (this.#working[lane] < WORKERS && this.#start(lane)) this.counts.invocations += 1;
    }
  }

  #show(lane: Lane, message: Message): void {
    this.#messages[lane].push(message);
    this.#schedule.at(message.visibleAt, () => undefined);
  }

  #start(lane: Lane): boolean {
    const now = this.#schedule.now();
    const [spent, visible] = partition(
      this.#messages[lane].filter((one) => one.visibleAt <= now),
      (one) => one.receives === MOST_RECEIVES,
    );
    for (const message of spent) {
      this.#delete(lane, message);
      this.dead.push(message.body);
    }
    const batch: Message[] = [];
    while (batch.length < BATCH[lane] && visible.length > 0)
      batch.push(...visible.splice(this.#schedule.between(0, visible.length), 1));
    if (batch.length === 0) return false;
    for (const message of batch) this.#hide(message, now);
    this.#working[lane] += 1;
    void this.#run(lane, batch, this.#shift(lane));
    return true;
  }

  #hide(message: Message, now: number): void {
    message.receives += 1;
    if (message.receives > 1) this.counts['handed out again'] += 1;
    message.visibleAt = now + VISIBILITY;
    this.#schedule.at(message.visibleAt, () => undefined);
  }

  #delete(lane: Lane, message: Message): void {
    this.#messages[lane] = this.#messages[lane].filter((one) => one !== message);
  }

  #shift(lane: Lane): Shift {
    const endsAt = this.#schedule.now() + LIMIT;
    const shift: Shift = {
      lane,
      endsAt,
      alive: true,
      ended: false,
      kill: (why) => {
        if (!shift.alive) return;
        shift.alive = false;
        this.#working[lane] -= 1;
        this.counts[why === 'crash' ? 'crashes' : why] += 1;
      },
    };
    this.#schedule.at(endsAt, () => shift.kill('time is up'));
    return shift;
  }

  /** Messages are deleted when the whole batch has ended, as the service does it; those that failed come back. */
  async #run(lane: Lane, batch: Message[], shift: Shift): Promise<void> {
    const done: Message[] = [];
    for (const message of batch) {
      if (shift.endsAt - this.#schedule.now() < NEED) continue;
      try {
        await this.#work(shift, message.body);
        done.push(message);
      } catch (error) {
        this.counts.thrown += 1;
        this.errors.push(error);
      }
    }
    if (!shift.alive) return;
    Object.assign(shift, { alive: false, ended: true });
    this.#working[lane] -= 1;
    for (const message of done) this.#delete(lane, message);
  }
}

function partition<T>(values: T[], test: (value: T) => boolean): [T[], T[]] {
  return [values.filter(test), values.filter((value) => !test(value))];
}
