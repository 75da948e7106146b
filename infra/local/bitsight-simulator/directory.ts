import { normalise, type Account, type Change } from './account.ts';

/** The accounts at one moment, found by guid and by address, in order of guid. Accounts are never changed in place. */
export class Directory {
  readonly #byGuid: Map<string, Account>;
  readonly #byEmail = new Map<string, Set<string>>();
  readonly #ordered: Account[];
  readonly #views = new Map<string, Account[]>();

  constructor(accounts: readonly Account[]) {
    this.#byGuid = new Map(accounts.map((account) => [account.guid, account]));
    this.#ordered = [...accounts].sort((a, b) => (a.guid < b.guid ? -1 : 1));
    for (const account of accounts) this.#hold(account);
  }

  get(guid: string): Account | undefined {
    return this.#byGuid.get(guid);
  }

  withEmail(email: string): Account[] {
    return this.#under(normalise(email));
  }

  /** Those whose address may contain `text`; undefined when that could be anybody. */
  withEmailLike(text: string): Account[] | undefined {
    const key = middle(normalise(text));
    return key === undefined ? undefined : this.#under(key);
  }

  all(): readonly Account[] {
    return this.#ordered;
  }

  /** What `make` gives, remembered under `key` until the next write. */
  view(key: string, make: () => Account[]): Account[] {
    const known = this.#views.get(key) ?? make();
    if (this.#views.size > 100) this.#views.clear();
    this.#views.set(key, known);
    return known;
  }

  apply({ before, after }: Change): void {
    this.#views.clear();
    if (before !== null) for (const key of keys(before)) this.#byEmail.get(key)?.delete(before.guid);
    const guid = after?.guid ?? before?.guid ?? '';
    const existed = this.#byGuid.has(guid) ? 1 : 0;
    this.#ordered.splice(this.#position(guid), existed, ...(after === null ? [] : [after]));
    if (after === null) return void this.#byGuid.delete(guid);
    this.#byGuid.set(guid, after);
    this.#hold(after);
  }

  #hold(account: Account): void {
    for (const key of keys(account)) this.#byEmail.set(key, (this.#byEmail.get(key) ?? new Set()).add(account.guid));
  }

  #under(key: string): Account[] {
    return [...(this.#byEmail.get(key) ?? [])].flatMap((guid) => this.get(guid) ?? []);
  }

  /** First place whose guid is not before `guid`. */
  #position(guid: string): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ordered[middle]?.guid ?? '') < guid) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function keys({ email }: Account): string[] {
  const address = normalise(email);
  return [address, middle(address) ?? []].flat();
}

/** Three letters on both sides of the @: who has an address that contains another one, has them too. */
function middle(address: string): string | undefined {
  const found = /.{3}@.{3}/.exec(address)?.[0];
  return found && `middle ${found}`;
}

/** The accounts as they are, and as reads see them: behind by the writes that are not visible yet, in order. */
export class Replicated {
  readonly truth: Directory;
  #behind: Directory | undefined;
  #pending: { change: Change; visibleAt: number }[] = [];

  constructor(accounts: readonly Account[]) {
    this.truth = new Directory(accounts);
  }

  seen(now: number): Directory {
    const due = this.#pending.findIndex((one) => one.visibleAt > now);
    for (const { change } of this.#pending.splice(0, due < 0 ? Infinity : due)) this.#behind?.apply(change);
    if (this.#pending.length === 0) this.#behind = undefined;
    return this.#behind ?? this.truth;
  }

  apply(change: Change, now: number, visibleAt: number): void {
    if (this.seen(now) !== this.truth || visibleAt > now) {
      this.#behind ??= new Directory(this.truth.all());
      this.#pending.push({ change, visibleAt: Math.max(visibleAt, this.#pending.at(-1)?.visibleAt ?? 0) });
    }
    this.truth.apply(change);
  }
}
