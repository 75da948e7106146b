import {
  BitsightError,
  DOCUMENTED_ROLES,
  QuotaSchema,
  USER_STATUSES,
  UserSchema,
  type User,
} from '../../../lib/bitsight/index.ts';
import type { Finding } from '../../../lib/config/index.ts';
import {
  answerText,
  asAssumed,
  assume,
  notHere,
  otherwise,
  probe,
  rawPage,
  recordOf,
  unknown,
  type Assumption,
  type Probed,
  type Seen,
} from './probing.ts';
import { searching } from './searching.ts';
import { nameOf, patternOf, shapeOf } from './shape.ts';

/** The page of a list without `limit` is documented to have so many rows. */
const DEFAULT_LIMIT = 100;
const ABOVE = 1000;
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** Everything that can be found out by GET. */
export async function probeByReading(probed: Probed, origin: string): Promise<Finding[]> {
  let sample: Sample = { users: [], rows: [], total: 0 };
  const readable = await probe(probed, [
    assume('user-list', 'GET /users: links, count and accounts as documented', async () => {
      const { page, rows } = await rawPage(probed, { sort: ['guid'], limit: DEFAULT_LIMIT });
      sample = { users: page.results, rows, total: page.count };
      return asAssumed(`${page.results.length} of ${page.count}`);
    }),
  ]);
  const rest = [...lists(probed, sample, origin), ...rows(sample), ...searching(probed, sample), ...besides(probed)];
  return [...readable, ...(await probe(probed, rest))];
}

export interface Sample {
  users: readonly User[];
  /** The same as they came. */
  rows: readonly Record<string, unknown>[];
  /** In all pages. */
  total: number;
}

function lists(probed: Probed, { users, total }: Sample, origin: string): Assumption[] {
  let unsorted: { guids: string[]; count: number } = { guids: [], count: 0 };
  const read = async () => {
    const { page } = await rawPage(probed, {});
    return { guids: page.results.map(({ guid }) => guid), count: page.count };
  };
  return [
    assume('sort-guid', 'a list with sort=guid: in order of guid', () => {
      if (users.length < 2) return notHere('fewer than two accounts');
      const guids = users.map(({ guid }) => guid.toLowerCase());
      const isSorted = guids.every((guid, index) => index === 0 || (guids[index - 1] ?? '') < guid);
      return isSorted ? asAssumed('in order') : otherwise('not in order of guid');
    }),
    assume('default-limit', `a list without limit: ${DEFAULT_LIMIT} rows`, async () => {
      unsorted = await read();
      const { length } = unsorted.guids;
      if (unsorted.count <= DEFAULT_LIMIT) return notHere(`${DEFAULT_LIMIT} accounts or fewer`);
      if (length === DEFAULT_LIMIT) return asAssumed(`${DEFAULT_LIMIT} rows`);
      return otherwise(length === unsorted.count ? 'all rows' : `${length} rows`);
    }),
    assume('default-order', 'the same list again: the same order', async () => {
      const again = await read();
      if (unsorted.guids.length < 2) return notHere('fewer than two accounts');
      if (again.guids.join() === unsorted.guids.join()) return asAssumed('twice the same');
      return again.count === unsorted.count ? otherwise('another order') : unknown('accounts came or went meanwhile');
    }),
    assume('limit-above-100', `a list with limit=${ABOVE}: as many rows`, async () => {
      try {
        const { page } = await rawPage(probed, { sort: ['guid'], limit: ABOVE });
        const { length } = page.results;
        if (page.count <= DEFAULT_LIMIT) return notHere(`${DEFAULT_LIMIT} accounts or fewer`);
        return length === Math.min(ABOVE, page.count)
          ? asAssumed(`${length} rows`)
          : otherwise(`cut to ${length} rows`);
      } catch (error) {
        if (error instanceof BitsightError && error.status === 400) return otherwise('refused with 400');
        throw error;
      }
    }),
    assume(
      'links-next',
      'the first page of several: a whole address on the same host, with limit and offset',
      async () => {
        if (total < 2) return notHere('fewer than two accounts');
        const { links } = await rawPage(probed, { sort: ['guid'], limit: 1 });
        return nextSeen(links['next'], origin);
      },
    ),
  ];
}

function nextSeen(next: unknown, origin: string): Seen {
  if (typeof next !== 'string') return unknown(`links.next is ${shapeOf(next)}`);
  const isWhole = URL.canParse(next);
  const url = URL.parse(next, origin);
  if (url === null) return unknown('links.next is no address');
  const names = [...url.searchParams.keys()].map(nameOf).sort().join(', ');
  if (!url.searchParams.has('offset')) return unknown(`it carries ${names || 'nothing'}`);
  if (url.origin !== origin) return otherwise(`on another host: ${url.origin}`);
  return isWhole ? asAssumed(`whole, with ${names}`) : otherwise(`without a host, with ${names}`);
}

const NAMES: Record<string, readonly string[]> = {
  '': Object.keys(UserSchema.shape),
  group: ['guid', 'name'],
  roles: ['slug', 'name'],
  features: ['slug', 'value', 'can_update'],
};

function rows({ users, rows }: Sample): Assumption[] {
  const all = [
    assume('user-fields', 'the fields of accounts: none that is not documented', () => {
      const strange = new Set(rows.flatMap(strangeFields).map(nameOf));
      return strange.size === 0 ? asAssumed('none') : otherwise([...strange].sort().join(', '));
    }),
    assume('statuses', `status: one of ${USER_STATUSES.join(', ')}`, () => {
      const seen = users.map(({ status }) => status ?? 'null');
      return among(seen, USER_STATUSES);
    }),
    assume('roles', 'role slugs: none that is not documented', () => {
      const slugs = users.flatMap(({ roles }) => roles.map(({ slug }) => slug));
      return among(slugs, Object.keys(DOCUMENTED_ROLES));
    }),
    assume('time-format', 'times: 9999-99-99T99:99:99Z, a fraction at most', () => timesSeen(users)),
  ];
  return users.length > 0 ? all : all.map((one) => ({ ...one, look: () => notHere('no account') }));
}

function strangeFields(row: Record<string, unknown>): string[] {
  return Object.entries(NAMES).flatMap(([path, known]) => {
    const found = path === '' ? row : row[path];
    const objects = (Array.isArray(found) ? found : [found]).map(recordOf);
    const names = objects.flatMap((one) => Object.keys(one)).filter((name) => !known.includes(name.trim()));
    return names.map((name) => (path === '' ? name : `${path}.${name}`));
  });
}

function among(values: readonly string[], known: readonly string[]): Seen {
  const strange = new Set(values.filter((value) => !known.includes(value)).map(nameOf));
  const seen = [...new Set(values)].filter((value) => known.includes(value)).sort();
  return strange.size === 0 ? asAssumed(seen.join(', ')) : otherwise(`also ${[...strange].sort().join(', ')}`);
}

const ASSUMED_TIME = /^9999-99-99T99:99:99(\.9+)?Z$/;
const OTHER_TIME = /^9999-99-99 99:99:99$/;

function timesSeen(users: readonly User[]): Seen {
  const times = users.flatMap(({ joined_time: joined, last_login_time: login }) => [joined, login]);
  const patterns = [...new Set(times.flatMap((time) => (typeof time === 'string' ? [patternOf(time)] : [])))].sort();
  if (patterns.length === 0) return notHere('no time');
  const seen = patterns.slice(0, 4).join(' and ');
  if (patterns.every((pattern) => ASSUMED_TIME.test(pattern))) return asAssumed(seen);
  return patterns.every((pattern) => ASSUMED_TIME.test(pattern) || OTHER_TIME.test(pattern))
    ? otherwise(seen)
    : unknown(seen);
}

const QUOTA = Object.keys(QuotaSchema.shape);

function besides(probed: Probed): Assumption[] {
  const { bitsight, witness } = probed;
  return [
    assume('current-user', 'GET /users/current: the account of this token', async () => {
      const own = await bitsight.users.current();
      if (own === undefined) return otherwise(`not there: ${witness.last()?.status}`);
      return asAssumed(own.is_company_api_token === true ? 'a company API token' : "a person's account");
    }),
    assume('quota', 'GET /v1/users/quota: five numbers', async () => {
      await bitsight.users.quota();
      const body = recordOf(witness.last()?.body);
      const isWhole = QUOTA.every((name) => Number.isInteger(body[name])) && Object.keys(body).length === QUOTA.length;
      return isWhole ? asAssumed('as documented') : unknown(shapeOf(body));
    }),
    assume('group-list', 'GET /v1/access-groups: groups with guid and name, and which is the default', async () => {
      const { groups, default_group: standard } = await bitsight.groups.list();
      const isWhole = groups.some(({ guid }) => guid === standard);
      return isWhole ? asAssumed(`${groups.length} groups`) : unknown(shapeOf(witness.last()?.body));
    }),
    assume('unknown-guid', 'GET of a guid that nobody has: 404', async () => {
      try {
        await bitsight.users.get(NOBODY);
        return unknown(answerText(witness) ?? '');
      } catch (error) {
        if (!(error instanceof BitsightError) || error.status === undefined || error.code === 'BITSIGHT_AUTHENTICATION')
          throw error;
        return error.code === 'BITSIGHT_NOT_FOUND' ? asAssumed('404') : unknown(answerText(witness) ?? '');
      }
    }),
    assume('error-form', 'the body of that refusal: {detail: text}', () => {
      const shape = shapeOf(witness.last()?.body);
      if (shape === '{detail: text}') return asAssumed(shape);
      return /^\{title: text, status: number, detail: text\}$/.test(shape) ? otherwise(shape) : unknown(shape);
    }),
  ];
}
