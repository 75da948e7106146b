import { normalise, type Account } from './account.ts';
import type { Directory } from './directory.ts';
import { groupName } from './population.ts';
import type { Switches } from './switches.ts';

export interface Page {
  count: number;
  limit: number;
  offset: number;
  rows: Account[];
}
type Test = (account: Account) => boolean;

const SORTS: Record<string, (account: Account) => string | number | null> = {
  formal_name: (a) => a.formal_name,
  last_login_time: (a) => a.last_login_time,
  guid: (a) => a.guid,
  email: (a) => a.email,
  'group.name': (a) => groupName(a.group),
  status: (a) => a.status,
  joined_time: (a) => a.joined_time,
};

const FILTERS: Record<string, (value: string, switches: Switches) => Test> = {
  q: (value, s) => search(value, s, (a) => `${a.formal_name} ${a.friendly_name} ${a.email}`),
  email_q: (value, s) => search(value, s, (a) => a.email),
  formal_name_q: (value, s) => search(value, s, (a) => a.formal_name),
  email: (value, s) => {
    const wanted = normalise(value);
    if (s.emailFilter === 'exact') return (a) => a.email === value;
    return s.emailFilter === 'substring'
      ? (a) => normalise(a.email).includes(wanted)
      : (a) => normalise(a.email) === wanted;
  },
  guid: (value) => oneOf(value, (a) => [a.guid]),
  'group.guid': (value) => oneOf(value, (a) => [a.group]),
  'roles.slug': (value) => oneOf(value, (a) => a.roles),
  status: (value) => oneOf(value, (a) => [a.status]),
};
const FLAGS = ['is_company_api_token', 'is_available_for_contact'] as const;

/** One page of the list, or the name of the parameter that is refused. */
export function list(
  directory: Directory,
  query: URLSearchParams,
  switches: Switches,
  draw: () => number,
): Page | string {
  const bad = switches.badQuery === 'refused' ? firstBad(query) : undefined;
  if (bad !== undefined) return bad;
  const rows = select(directory, query, switches, draw);
  const most = switches.limitMaximum ?? Infinity;
  const limit = Math.min(natural(query.get('limit')) || (switches.limitDefault ?? rows.length), most);
  const offset = natural(query.get('offset')) ?? 0;
  return { count: rows.length, limit, offset, rows: rows.slice(offset, offset + limit) };
}

/** Links as Django REST framework's LimitOffsetPagination writes them; the next page begins `step` rows further on. */
export function links(
  url: URL,
  { count, limit, offset }: Page,
  step: number,
): { next: string | null; previous: string | null } {
  const at = (to: number): string => {
    const other = new URL(url);
    other.searchParams.set('limit', String(limit));
    if (to > 0) other.searchParams.set('offset', String(to));
    else other.searchParams.delete('offset');
    other.searchParams.sort();
    return other.href;
  };
  return {
    next: offset + step < count ? at(offset + step) : null,
    previous: offset > 0 ? at(offset - limit) : null,
  };
}

function select(directory: Directory, query: URLSearchParams, switches: Switches, draw: () => number): Account[] {
  const make = (from: readonly Account[]): Account[] =>
    order(from.filter(every(query, switches)), query, switches, draw);
  const few = named(directory, query, switches);
  if (few !== undefined) return make(few.sort((a, b) => (a.guid < b.guid ? -1 : 1)));
  if (switches.defaultOrder === 'unstable' && !query.has('sort')) return make(directory.all());
  const filters = new URLSearchParams([...query].filter(([name]) => name !== 'limit' && name !== 'offset'));
  return directory.view(`${filters.toString()} ${JSON.stringify(switches)}`, () => make(directory.all()));
}

/** The few accounts that may come into question, where the query names them: what a synchronising client asks all the time. */
function named(directory: Directory, query: URLSearchParams, switches: Switches): Account[] | undefined {
  const [guids, email, part] = ['guid', 'email', 'email_q'].map((name) => query.get(name));
  if (typeof guids === 'string') return [...new Set(csv(guids))].flatMap((guid) => directory.get(guid) ?? []);
  if (typeof email === 'string' && switches.emailFilter !== 'substring') return directory.withEmail(email);
  return typeof part === 'string' ? directory.withEmailLike(part) : undefined;
}

function every(query: URLSearchParams, switches: Switches): Test {
  const flags = FLAGS.flatMap((flag) => flagTest(flag, query.get(flag), switches) ?? []);
  const tests = [...flags, ...[...query].flatMap(([name, value]) => FILTERS[name]?.(value, switches) ?? [])];
  return (account) => tests.every((test) => test(account));
}

function flagTest(flag: (typeof FLAGS)[number], text: string | null, switches: Switches): Test | undefined {
  const token = flag === 'is_company_api_token';
  const wanted = boolean(text) ?? ((token ? switches.tokensHidden : switches.contactsHidden) ? false : undefined);
  if (wanted === undefined || (token && wanted && switches.tokenFilter === 'include')) return undefined;
  return (account) => account[flag] === wanted;
}

/** `rows` come in order of guid, and stay so where nothing else decides. */
function order(rows: Account[], query: URLSearchParams, switches: Switches, draw: () => number): Account[] {
  const asked = csv(query.get('sort') ?? '');
  if (asked.length === 0 && switches.defaultOrder === 'unstable') return shuffle(rows, draw);
  const keys = (asked.length === 0 ? [switches.defaultOrder] : asked).flatMap((name) => {
    const of = SORTS[name.replace(/^-/, '')];
    return of === undefined ? [] : [{ of, name, sign: name.startsWith('-') ? -1 : 1 }];
  });
  if (keys.length === 0 || keys[0]?.name === 'guid') return rows;
  return rows.sort((a, b) => {
    for (const { of, sign } of keys) {
      const difference = compare(of(a), of(b));
      if (difference !== 0) return sign * difference;
    }
    return 0;
  });
}

function shuffle(rows: Account[], draw: () => number): Account[] {
  return rows
    .map((row) => ({ row, at: draw() }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row);
}

/** No value comes last, as PostgreSQL has it. */
function compare(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

function search(value: string, switches: Switches, text: (account: Account) => string): Test {
  const literal = normalise(value).replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  // Nothing is copied, unlike by toLowerCase: this runs over every account.
  const pattern = new RegExp(switches.searchMatch === 'prefix' ? `(^|\\s)${literal}` : literal, 'i');
  return (account) => pattern.test(text(account));
}

function oneOf(value: string, of: (account: Account) => string[]): Test {
  const wanted = new Set(csv(value));
  return (account) => of(account).some((one) => wanted.has(one));
}

const csv = (text: string): string[] => text.split(',').filter((part) => part !== '');
const natural = (text: string | null): number | undefined =>
  text !== null && /^\d+$/.test(text) ? Number(text) : undefined;

function boolean(text: string | null): boolean | undefined {
  if (text === null || !/^(true|false|1|0)$/i.test(text)) return undefined;
  return /^(true|1)$/i.test(text);
}

function firstBad(query: URLSearchParams): string | undefined {
  const paging = ['limit', 'offset'].find((name) => query.has(name) && natural(query.get(name)) === undefined);
  const flag = FLAGS.find((name) => query.has(name) && boolean(query.get(name)) === undefined);
  const sorts = csv(query.get('sort') ?? '').every((name) => SORTS[name.replace(/^-/, '')] !== undefined);
  return paging ?? flag ?? (sorts ? undefined : 'sort');
}
