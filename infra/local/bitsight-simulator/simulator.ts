import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../lib/lifecycle/ports.ts';
import { clockAt } from '../../../lib/runtime/clock.ts';
import { normalise, withFields, type Account, type Change, type Fields } from './account.ts';
import { decide, type ApiRequest } from './core.ts';
import { Faults, type Planned } from './faults.ts';
import { bend, hasEffect, instead, stage, throttled, type Answer } from './misbehave.ts';
import type { CoreOptions } from './options.ts';
import { blank } from './population.ts';
import { seeded, uuid, type Random } from './random.ts';
import type { Actor, CallRecord } from './record.ts';
import { beginning, State } from './state.ts';
import { Throttle } from './throttle.ts';
import { SwitchesSchema, type Switches, type SwitchesInput } from './switches.ts';

/** One call under way. */
interface Running {
  n: number;
  request: ApiRequest;
  chosen: Planned[];
  fired: Set<Planned>;
  /** Why it was throttled without a fault. */
  marks: string[];
  retryAfterMs?: number;
}

/** The simulator without its HTTP server: decides by the pure core, commits, records, misbehaves. */
export class SimulatorCore {
  readonly faults: Faults;
  readonly clock: Clock;
  #switches: Switches;
  readonly #throttle = new Throttle();
  readonly #base: number;
  readonly #state: State;
  readonly #random: Random;
  readonly #newGuid: () => string;

  constructor(options: CoreOptions = {}) {
    this.#switches = SwitchesSchema.parse(options.switches ?? {});
    this.faults = new Faults(options.faults ?? [], options.seed ?? 7);
    this.#random = seeded((options.seed ?? 7) + 1);
    this.#newGuid = options.newGuid ?? randomUUID;
    this.#state = new State(options);
    this.#base = options.base ?? this.#state.begin?.base ?? Date.now();
    this.clock = options.clock ?? clockAt(options.speed ?? 1, this.#base);
    if (this.#state.begin === undefined) this.reset(options);
  }

  /** What really reached the API and what it really did. */
  get record(): CallRecord {
    return this.#state.record;
  }

  /** A new population and an empty record; faults and switches stay. */
  reset(options: Pick<CoreOptions, 'users' | 'seed' | 'companyTokens' | 'tokens'> = {}): void {
    this.#throttle.hold(0);
    this.#state.write(beginning(options, this.#state.begin, this.clock.now(), this.#base));
  }

  /** One request of the API. `gone` tells whether the client has given up. */
  async handle(request: ApiRequest, gone: () => boolean = () => false): Promise<Answer> {
    const { method, body, url } = request;
    const n = this.#state.calls + 1;
    const path = url.pathname;
    const concurrent = ++this.#throttle.underWay;
    const asked = { method, path, query: url.search, ...addressIn(body) };
    this.#state.write({ type: 'call', n, at: this.clock.now(), ...asked, concurrent });
    const call: Running = { n, request, chosen: this.faults.choose(method, path, body), fired: new Set(), marks: [] };
    const answer = await this.#answer(call);
    this.#throttle.underWay -= 1;
    this.#finish(call, answer === 'reset' ? 0 : answer.status, gone());
    return answer;
  }

  /** The accounts as they are, tokens included, in order of guid. */
  users(): readonly Account[] {
    return this.#state.accounts.truth.all();
  }

  user(guid: string): Account | undefined {
    return this.#state.accounts.truth.get(guid);
  }

  /** Whatever the case of the address. */
  usersWith(email: string): Account[] {
    return this.#state.accounts.truth.withEmail(email);
  }

  get switches(): Switches {
    return this.#switches;
  }

  setSwitches(switches: SwitchesInput): void {
    this.#switches = SwitchesSchema.parse({ ...this.#switches, ...switches });
  }

  /** The tokens that are accepted, oldest first. */
  tokens(): string[] {
    return [...this.#state.tokens.keys()];
  }

  /** A new token in place of all others or, with `keep`, beside them. */
  rotate({ token, keep = false }: { token?: string | undefined; keep?: boolean | undefined } = {}): string {
    const old = this.#state.tokens;
    const fresh = token ?? (uuid(this.#random) + uuid(this.#random)).replaceAll('-', '').slice(0, 40);
    const [owner = ''] = old.values();
    const tokens = { ...(keep && Object.fromEntries(old)), [fresh]: owner };
    this.#state.write({ type: 'tokens', at: this.clock.now(), tokens });
    return fresh;
  }

  /** A creation by hand or by single sign-on; nothing is checked. */
  create(fields: Fields, actor: Actor = 'ui'): Account {
    const now = this.clock.now();
    const signedIn: Fields = actor === 'sso' ? { status: 'Activated', last_login_time: now } : {};
    const after = withFields(blank(this.#newGuid(), now), { ...signedIn, ...fields });
    this.#commit({ before: null, after }, actor, null);
    return after;
  }

  /** A change or, with null, a deletion by hand; undefined when there is no such account. */
  edit(guid: string, fields: Fields | null, actor: Actor = 'ui'): Account | undefined {
    const before = this.user(guid);
    if (before === undefined) return undefined;
    const after = fields === null ? null : withFields(before, { ...fields, guid });
    this.#commit({ before, after }, actor, null);
    return after ?? before;
  }

  close(): void {
    this.#state.close();
  }

  async #answer(call: Running): Promise<Answer> {
    const early = this.#refuse(call) ?? (await this.#misbehave(call, 'before', 'reset'));
    if (early !== undefined) return early;
    const answer = this.#work(call);
    return (await this.#misbehave(call, 'after', answer)) ?? answer;
  }

  #refuse(call: Running): Answer | undefined {
    const refusal = this.#throttle.refusal(this.clock.now(), this.#switches);
    if (refusal === undefined) return undefined;
    call.marks.push(refusal.why);
    call.retryAfterMs = refusal.seconds * 1000;
    return throttled(refusal.seconds, 'seconds', this.#switches, this.clock.now());
  }

  /** What the faults of one side of the write make of `answer`; undefined where they leave it alone. */
  async #misbehave(call: Running, side: 'before' | 'after', answer: Answer): Promise<Answer | undefined> {
    for (const fault of call.chosen.filter((one) => stage(one) === side && hasEffect(one, answer))) {
      call.fired.add(fault);
      if (fault.kind === 'slow') {
        await this.clock.sleep(fault.ms);
        continue;
      }
      if (fault.kind === 'rate-limit') {
        const ms = (fault.retryAfter ?? 60) * 1000;
        if (fault.retryAfter !== null) call.retryAfterMs = ms;
        if (fault.holds) this.#throttle.hold(this.clock.now() + ms);
      }
      return instead(fault, answer, this.#switches, this.clock.now());
    }
    return undefined;
  }

  /** The decision of the core, committed. Nothing is awaited in here, so no other call comes between. */
  #work({ n, request, chosen, fired }: Running): Answer {
    const now = this.clock.now();
    const dropped = chosen.filter((fault) => fault.kind === 'ignore-field');
    const late = chosen.filter((fault) => fault.kind === 'late-read');
    const { accounts, tokens, record } = this.#state;
    const { response, change, shown } = decide(
      {
        truth: accounts.truth,
        seen: accounts.seen(now),
        switches: this.#switches,
        tokens,
        now,
        createdThisMonth: record.createdInMonthOf(now),
        newGuid: this.#newGuid,
        draw: this.#random,
        ignored: dropped.map(({ field }) => field),
        page: (page) => bend(page, chosen, (fault) => fired.add(fault)),
      },
      request,
    );
    if (shown !== undefined) this.#churn(shown, chosen, fired);
    if (change === undefined) return response;
    for (const fault of [...dropped, ...late]) fired.add(fault);
    this.#commit(change, 'api', n, Math.max(0, ...late.map(({ ms }) => ms)));
    return response;
  }

  /** By hand, behind a page: what stood first on it goes, so that all later rows move up, and others come. */
  #churn(shown: readonly Account[], chosen: Planned[], fired: Set<Planned>): void {
    for (const fault of chosen.filter((one) => one.kind === 'churn')) {
      fired.add(fault);
      for (const { guid } of shown.slice(0, fault.remove)) this.edit(guid, null, 'churn');
      for (let i = 0; i < fault.add; i += 1) {
        const name = uuid(this.#random).slice(0, 8);
        this.create({ email: `${name}@example.com`, formal_name: `New ${name}`, friendly_name: 'New' }, 'churn');
      }
    }
  }

  #commit(change: Change, actor: Actor, call: number | null, lateMs = 0): void {
    const at = this.clock.now();
    this.#state.write({ type: 'change', at, call, actor, change, visibleAt: at + lateMs });
  }

  #finish(call: Running, status: number, gone: boolean): void {
    for (const fault of call.chosen) if (!call.fired.has(fault)) this.faults.putBack(fault);
    const faults = [...[...call.fired].map(({ kind }) => kind), ...call.marks];
    const paused = call.retryAfterMs === undefined ? {} : { retryAfterMs: call.retryAfterMs };
    this.#state.write({ type: 'end', n: call.n, at: this.clock.now(), status, faults, ...paused, gone });
  }
}

/** Read from the text: a body that is refused, or no JSON at all, asks for something too. */
function addressIn(body: string): { email?: string } {
  const [, address] = /"email"\s*:\s*"([^"\\]+)"/.exec(body) ?? [];
  return address === undefined ? {} : { email: normalise(address) };
}
