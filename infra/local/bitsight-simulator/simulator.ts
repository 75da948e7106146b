import { createHash, randomUUID } from 'node:crypto';
import { AccountSchema, type Account, type Change, type Fields } from './account.ts';
import { decide, type ApiRequest } from './core.ts';
import { Replicated } from './directory.ts';
import { Faults, type Planned } from './faults.ts';
import { Journal } from './journal.ts';
import { bend, instead, stage, throttled, type Answer } from './misbehave.ts';
import { scaledClock, type Clock, type CoreOptions } from './options.ts';
import { blank, population, POPULATION_VERSION } from './population.ts';
import { seeded, uuid, type Random } from './random.ts';
import { CallRecord, type Actor, type Entry } from './record.ts';
import { SwitchesSchema, type Switches, type SwitchesInput } from './switches.ts';

type Begin = Extract<Entry, { type: 'begin' }>;
/** One call under way. */
interface Running {
  n: number;
  request: ApiRequest;
  chosen: Planned[];
  fired: Set<Planned>;
  /** Why it was throttled without a fault. */
  marks: string[];
  retryAfterMs: number | undefined;
}

/** The state around the pure core: decides, commits, records, misbehaves. */
export class SimulatorCore {
  readonly faults: Faults;
  readonly clock: Clock;
  record = new CallRecord();
  #accounts = new Replicated([]);
  #switches: Switches;
  #begin: Begin | undefined;
  #tokens = new Map<string, string>();
  #underWay = 0;
  #limitedUntil = 0;
  readonly #journal: Journal | undefined;
  readonly #random: Random;
  readonly #newGuid: () => string;

  constructor(options: CoreOptions = {}) {
    const seed = options.seed ?? 7;
    this.#switches = SwitchesSchema.parse(options.switches ?? {});
    this.faults = new Faults(options.faults ?? [], seed);
    this.#random = seeded(seed + 1);
    this.#newGuid = options.newGuid ?? randomUUID;
    this.#journal = options.data === undefined ? undefined : new Journal(options.data);
    for (const entry of this.#journal?.entries ?? []) this.#fold(entry);
    this.clock = options.clock ?? scaledClock(options.speed ?? 1, this.#begin?.at);
    if (this.#begin === undefined) this.reset(options);
    else fits(this.#begin, options);
  }

  /** A new population, an empty record, no fault. */
  reset(options: Pick<CoreOptions, 'users' | 'seed' | 'companyTokens' | 'tokens'> = {}): void {
    const { users = 42, seed = 7, companyTokens = 2 } = { ...this.#begin, ...options };
    const at = this.clock.now();
    const accounts = population(users, seed, companyTokens, at);
    const names = options.tokens ?? [createHash('sha1').update(`simulator ${seed}`).digest('hex')];
    const owners = names.map((name, i) => [name, accounts[i < companyTokens ? i : companyTokens]?.guid ?? '']);
    const tokens: { [token: string]: string } = Object.fromEntries(owners);
    this.#write({ type: 'begin', version: POPULATION_VERSION, at, users, seed, companyTokens, tokens });
  }

  /** One request of the API. `gone` tells whether the client still waits. */
  async handle(request: ApiRequest, gone: () => boolean = () => false): Promise<Answer> {
    const n = this.record.calls.length + 1;
    const { pathname: path, search: query } = request.url;
    this.#underWay += 1;
    this.#write({
      type: 'call',
      n,
      at: this.clock.now(),
      method: request.method,
      path,
      query,
      concurrent: this.#underWay,
    });
    const chosen = this.faults.choose(request.method, path, request.body);
    const call: Running = { n, request, chosen, fired: new Set(), marks: [], retryAfterMs: undefined };
    const answer = await this.#answer(call);
    for (const fault of chosen) if (!call.fired.has(fault)) this.faults.putBack(fault);
    this.#underWay -= 1;
    const faults = [...[...call.fired].map(({ kind }) => kind), ...call.marks];
    const status = answer === 'reset' ? 0 : answer.status;
    const { retryAfterMs } = call;
    this.#write({
      type: 'end',
      n,
      at: this.clock.now(),
      status,
      faults,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      gone: gone(),
    });
    return answer;
  }

  /** The accounts as they are, tokens included, in order of guid. */
  users(): readonly Account[] {
    return this.#accounts.truth.all();
  }

  user(guid: string): Account | undefined {
    return this.#accounts.truth.get(guid);
  }

  /** Whatever the case of the address. */
  usersWith(email: string): Account[] {
    return this.#accounts.truth.withEmail(email);
  }

  get switches(): Switches {
    return this.#switches;
  }

  setSwitches(switches: SwitchesInput): void {
    this.#switches = SwitchesSchema.parse({ ...this.#switches, ...switches });
  }

  /** The tokens that are accepted, oldest first. */
  tokens(): string[] {
    return [...this.#tokens.keys()];
  }

  /** A new token in place of all others, or beside them. */
  rotate(options: { token?: string | undefined; keep?: boolean | undefined } = {}): string {
    const token = options.token ?? uuid(this.#random).replaceAll('-', '') + '00000000';
    const owner = [...this.#tokens.values()][0] ?? '';
    const kept = options.keep === true ? Object.fromEntries(this.#tokens) : {};
    this.#write({ type: 'tokens', at: this.clock.now(), tokens: { ...kept, [token]: owner } });
    return token;
  }

  /** A creation by hand or by single sign-on; nothing is checked. */
  create(fields: Fields, actor: Actor = 'ui'): Account {
    const now = this.clock.now();
    const signedIn: Fields = actor === 'sso' ? { status: 'Activated', last_login_time: now } : {};
    const after = AccountSchema.parse({ ...blank(this.#newGuid(), now), ...signedIn, ...fields });
    this.#commit({ before: null, after }, actor, null, now);
    return after;
  }

  /** A change or, without fields, a deletion by hand; undefined when there is no such account. */
  edit(guid: string, fields: Fields | null, actor: Actor = 'ui'): Account | undefined {
    const before = this.user(guid);
    if (before === undefined) return undefined;
    const after = fields === null ? null : AccountSchema.parse({ ...before, ...fields, guid });
    this.#commit({ before, after }, actor, null, this.clock.now());
    return after ?? before;
  }

  close(): void {
    this.#journal?.close();
  }

  async #answer(call: Running): Promise<Answer> {
    const refused = this.#throttled(call);
    if (refused !== undefined) return refused;
    const early = await this.#misbehave(call, 'before', 'reset');
    if (early !== undefined) return early;
    const answer = this.#work(call);
    return (await this.#misbehave(call, 'after', answer)) ?? answer;
  }

  /** 429 without any fault: too many calls at once, or before the time an earlier 429 asked for. */
  #throttled(call: Running): Answer | undefined {
    const left = Math.ceil((this.#limitedUntil - this.clock.now()) / 1000);
    const most = this.#switches.maximumConcurrent ?? Infinity;
    if (left <= 0 && this.#underWay <= most) return undefined;
    call.marks.push(left > 0 ? 'paused' : 'too-many-at-once');
    call.retryAfterMs = (left > 0 ? left : 60) * 1000;
    return throttled(call.retryAfterMs / 1000, 'seconds', this.#switches, this.clock.now());
  }

  /** What the faults of one side of the write make of `answer`; undefined where they leave it alone. */
  async #misbehave(call: Running, side: 'before' | 'after', answer: Answer): Promise<Answer | undefined> {
    for (const fault of call.chosen.filter((one) => stage(one) === side && hasEffect(one, answer))) {
      call.fired.add(fault);
      if (fault.kind === 'slow') {
        await this.clock.sleep(fault.ms);
        continue;
      }
      if (fault.kind === 'rate-limit') this.#limit(call, fault);
      return instead(fault, answer, this.#switches, this.clock.now());
    }
    return undefined;
  }

  #limit(call: Running, { retryAfter, holds }: Extract<Planned, { kind: 'rate-limit' }>): void {
    if (retryAfter !== null) call.retryAfterMs = retryAfter * 1000;
    if (holds) this.#limitedUntil = this.clock.now() + (retryAfter ?? 60) * 1000;
  }

  /** The decision of the core, committed. Nothing is awaited in here, so no other call comes between. */
  #work({ n, request, chosen, fired }: Running): Answer {
    const now = this.clock.now();
    const dropped = chosen.filter((fault) => fault.kind === 'ignore-field');
    const late = chosen.find((fault) => fault.kind === 'late-read');
    const { response, change } = decide(
      {
        truth: this.#accounts.truth,
        seen: this.#accounts.seen(now),
        switches: this.#switches,
        tokens: this.#tokens,
        now,
        createdThisMonth: this.record.createdInMonthOf(now),
        newGuid: this.#newGuid,
        draw: this.#random,
        ignored: dropped.map(({ field }) => field),
        page: (page) => bend(page, chosen, (fault) => fired.add(fault)),
      },
      request,
    );
    if (change === undefined) return response;
    for (const fault of [...dropped, ...(late === undefined ? [] : [late])]) fired.add(fault);
    this.#commit(change, 'api', n, now + (late?.ms ?? 0));
    return response;
  }

  #commit(change: Change, actor: Actor, call: number | null, visibleAt: number): void {
    this.#write({ type: 'change', at: this.clock.now(), call, actor, change, visibleAt });
  }

  #write(entry: Entry): void {
    this.#journal?.append(entry);
    this.#fold(entry);
  }

  /** The only place where anything changes, now and when a journal is read again. */
  #fold(entry: Entry): void {
    switch (entry.type) {
      case 'begin':
        return this.#restart(entry);
      case 'call':
        return this.record.start(entry);
      case 'end':
        return this.record.end(entry);
      case 'tokens':
        this.#tokens = new Map(Object.entries(entry.tokens));
        return;
      case 'change':
        this.#accounts.apply(entry.change, entry.at, entry.visibleAt);
        return this.record.commit(entry, this.#accounts.truth);
    }
  }

  #restart(begin: Begin): void {
    this.#begin = begin;
    this.record = new CallRecord();
    this.#tokens = new Map(Object.entries(begin.tokens));
    this.#accounts = new Replicated(population(begin.users, begin.seed, begin.companyTokens, begin.at));
  }
}

/** Half of nothing is nothing. */
function hasEffect(fault: Planned, answer: Answer): boolean {
  return fault.kind !== 'cut-json' || (answer !== 'reset' && answer.body !== '');
}

/** A journal keeps its population: options that ask for another one are a mistake. */
function fits(begin: Begin, options: CoreOptions): void {
  if (begin.version !== POPULATION_VERSION)
    throw new Error('The data directory was made by another version of the simulator; use a new one.');
  for (const name of ['users', 'seed', 'companyTokens'] as const)
    if (options[name] !== undefined && options[name] !== begin[name])
      throw new Error(
        `The data directory was made with ${name} ${begin[name]}; leave the option away or use a new one.`,
      );
}
