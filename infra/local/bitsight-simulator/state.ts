import { createHash } from 'node:crypto';
import { AppError } from '../../../lib/errors.ts';
import { Replicated } from './directory.ts';
import { Journal } from './journal.ts';
import type { CoreOptions } from './options.ts';
import { population, POPULATION_VERSION } from './population.ts';
import { CallRecord, type Entry } from './record.ts';

export type Begin = Extract<Entry, { type: 'begin' }>;

/** Accounts, tokens and record as the fold of all entries: one way for what happens now and what a journal says. */
export class State {
  accounts = new Replicated([]);
  record = new CallRecord();
  /** Token → guid of the account it belongs to. */
  tokens = new Map<string, string>();
  begin: Begin | undefined;
  /** Calls ever, resets or not. */
  calls = 0;
  readonly #journal: Journal | undefined;

  /** @throws AppError ARGUMENT_INVALID when the data directory is in use or holds another population than asked for. */
  constructor(options: CoreOptions) {
    this.#journal = options.data === undefined ? undefined : new Journal(options.data);
    try {
      for (const entry of this.#journal?.read() ?? []) this.#fold(entry);
      if (this.begin !== undefined) checkFits(this.begin, options);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Kept before anybody can hear of it. */
  write(entry: Entry): void {
    this.#journal?.append(entry);
    this.#fold(entry);
  }

  close(): void {
    this.#journal?.close();
  }

  #fold(entry: Entry): void {
    switch (entry.type) {
      case 'begin':
        this.begin = entry;
        this.record = new CallRecord();
        this.tokens = new Map(Object.entries(entry.tokens));
        this.accounts = new Replicated(population(entry.users, entry.seed, entry.companyTokens, entry.at));
        return;
      case 'call':
        this.calls = entry.n;
        return this.record.start(entry);
      case 'end':
        return this.record.end(entry);
      case 'tokens':
        this.tokens = new Map(Object.entries(entry.tokens));
        return;
      case 'change':
        this.accounts.apply(entry.change, entry.at, entry.visibleAt);
        return this.record.commit(entry, this.accounts.truth);
    }
  }
}

/** A population as the options ask for it; what they leave open is as `before`. */
export function beginning(options: CoreOptions, before: Begin | undefined, at: number, base: number): Begin {
  const users = options.users ?? before?.users ?? 1000;
  const seed = options.seed ?? before?.seed ?? 7;
  const companyTokens = options.companyTokens ?? before?.companyTokens ?? 2;
  const owners = population(1, seed, companyTokens, at);
  const made = createHash('sha1').update(`simulator ${seed}`).digest('hex');
  const names = options.tokens ?? (before === undefined ? [made] : Object.keys(before.tokens));
  const tokens = Object.fromEntries(names.map((name, i) => [name, owners[Math.min(i, companyTokens)]?.guid ?? '']));
  return { type: 'begin', version: POPULATION_VERSION, at, base, users, seed, companyTokens, tokens };
}

/** A journal keeps its population: options that ask for another one are a mistake. */
function checkFits(begin: Begin, options: CoreOptions): void {
  const differing = (['users', 'seed', 'companyTokens'] as const).find(
    (name) => options[name] !== undefined && options[name] !== begin[name],
  );
  if (differing !== undefined)
    throw new AppError(
      'ARGUMENT_INVALID',
      `The data directory was made with ${differing} ${begin[differing]}; say the same again, or name another one by --data.`,
    );
  if (begin.version !== POPULATION_VERSION)
    throw new AppError('ARGUMENT_INVALID', 'The data directory was made by another version of the simulator.');
}
