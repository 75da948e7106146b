import { GateSchema, PersonSchema, type Gate, type Person } from '../../lib/lifecycle/ledger.ts';
import { MINUTE, SECOND } from '../../lib/time.ts';
import type { TestWorld } from '../support/world.ts';
import type { ClientCall } from './client-calls.ts';
import { disturbed, kindsOf, type Quiet } from './quiet.ts';
import type { Shift } from './queues.ts';

/** What is only to be seen while it happens: the gate that a call was let through by, and the lease of a write. */
export class Watch {
  readonly calls: ClientCall[] = [];
  readonly broken: string[] = [];
  readonly quiet: Quiet[] = [];
  /** Changes that were let through in a quiet time. */
  readonly let = new Map<string, number>();
  readonly #world: TestWorld;
  readonly #gates = new Map<Shift, { gate: Gate | undefined; at: number }>();
  readonly #writing = new Map<string, ClientCall>();

  constructor(world: TestWorld) {
    this.#world = world;
  }

  /** A call of the ledger has taken effect. */
  ledger(shift: Shift, operation: string, key: string | undefined): void {
    if (operation !== 'get' || key !== 'G') return;
    const text = this.#world.table.get('G')?.get('G')?.text;
    const gate = text === undefined ? undefined : GateSchema.parse(JSON.parse(text));
    this.#gates.set(shift, { gate, at: this.#world.clock.now() });
  }

  /** A request is about to leave. */
  begin(call: ClientCall): void {
    this.calls.push(call);
    const passed = this.#gates.get(call.shift);
    if (passed === undefined) return this.#violated('I6', `${call.method} without a look at the gate`);
    const { gate } = passed;
    if ((gate?.pausedUntil ?? 0) > call.at) this.#violated('I6', `${call.method} although a pause was in the ledger`);
    if (call.method === 'GET') return;
    if (gate?.stopped === true) this.#violated('I6', `${call.method} although all writes were stopped`);
    this.#checkQuiet(call);
    this.#checkLease(call);
  }

  #checkQuiet(call: ClientCall): void {
    const quiet = disturbed(this.quiet, call);
    if (quiet !== undefined) this.#violated('I6', `${call.method} in a ${quiet.why}`);
    for (const { why, from } of this.quiet.filter((one) => one.from <= call.at && call.at < one.to)) {
      const what = `${why}, let through: ${kindsOf(call)[0]}`;
      if (call.at > from + MINUTE) this.let.set(what, (this.let.get(what) ?? 0) + 1);
    }
  }

  #checkLease(call: ClientCall): void {
    const now = this.#world.clock.now();
    const owners = this.#people().filter(({ op }) => op !== undefined && op.until > now && isOf(call, op));
    const owner = owners[0];
    if (owner?.op === undefined || owners.length > 1)
      return this.#violated('I9', `${call.method} under ${owners.length} leases`);
    const least = this.#world.config.bitsight.timeoutMs + 5 * SECOND;
    const left = owner.op.until - call.at; // its deadline runs from here, whatever keeps it from leaving
    if (left < least) this.#violated('I9', `${call.method} with ${left} ms of its lease`);
    const other = this.#writing.get(owner.pid);
    if (other !== undefined && other.shift !== call.shift && other.shift.alive && other.endAt === undefined)
      this.#violated('I9', `${call.method} while another worker writes to the same person`);
    this.#writing.set(owner.pid, call);
  }

  #people(): Person[] {
    return [...this.#world.table.values()].flatMap((rows) => {
      const row = rows.get('P');
      return row === undefined || !row.text.includes('"op":') ? [] : [PersonSchema.parse(JSON.parse(row.text))];
    });
  }

  #violated(invariant: string, what: string): void {
    this.broken.push(`${invariant}: ${what}`);
  }
}

function isOf(call: ClientCall, op: NonNullable<Person['op']>): boolean {
  if (call.method === 'POST') return op.kind === 'create' && op.wanted.email?.trim().toLowerCase() === call.email;
  return op.guid !== undefined && call.path.endsWith(op.guid) && (op.kind === 'delete') === (call.method === 'DELETE');
}
