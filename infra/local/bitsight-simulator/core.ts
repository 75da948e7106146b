import { render, withFields, type Account, type Change } from './account.ts';
import { readBody, Refusal } from './body.ts';
import type { Directory } from './directory.ts';
import { links, list, type Page } from './listing.ts';
import { blank, DEFAULT_GROUP, GROUPS } from './population.ts';
import type { Switches } from './switches.ts';

export interface ApiRequest {
  method: string;
  /** Absolute; its origin is the one that links carry. */
  url: URL;
  /** The header as sent. */
  authorization: string | undefined;
  body: string;
}
export interface ApiResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}
/** All that an answer depends on. Writes look at `truth`, reads at `seen`, which may lag behind. */
export interface World {
  truth: Directory;
  seen: Directory;
  switches: Switches;
  /** Token → guid of the account it belongs to. */
  tokens: ReadonlyMap<string, string>;
  /** Epoch milliseconds. */
  now: number;
  createdThisMonth: number;
  newGuid: () => string;
  draw: () => number;
  /** Fields that a PATCH silently drops. */
  ignored: readonly string[];
  /** What becomes of a page of the list on its way out, and by how many rows its next link moves on. */
  page: (page: Page) => { rows: Account[]; step: number };
}
/** What the API says and what it does: `change` is not yet carried out, `shown` are the rows of a page. */
export interface Decision {
  response: ApiResponse;
  change?: Change;
  shown?: readonly Account[];
}

type Handler = (world: World, request: ApiRequest, guid: string) => Decision;
const ROUTES: readonly { path: RegExp; methods: Record<string, Handler> }[] = [
  { path: /^\/v2\/users$/, methods: { GET: listUsers, POST: createUser } },
  { path: /^\/v2\/users\/current$/, methods: { GET: currentUser } },
  { path: /^\/v2\/users\/([^/]+)$/, methods: { GET: getUser, PATCH: editUser, DELETE: deleteUser } },
  { path: /^\/v1\/users\/quota$/, methods: { GET: quota } },
  { path: /^\/v1\/access-groups$/, methods: { GET: accessGroups } },
  { path: /^\/v1\/customers\/current\/api-tokens$/, methods: { GET: apiTokens } },
];
/** What Bitsight's OpenAPI document calls effectively unlimited. */
const UNLIMITED = 99_999;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Decides one request; changes nothing. */
export function decide(world: World, request: ApiRequest): Decision {
  try {
    return route(world, request);
  } catch (error) {
    if (error instanceof Refusal) return { response: refusal(error.status, error.detail, world.switches) };
    throw error;
  }
}

/** The answer to what is refused. */
export function refusal(status: number, detail: Refusal['detail'], switches: Switches): ApiResponse {
  const headers: Record<string, string> = status === 401 ? { 'www-authenticate': 'Basic realm="api"' } : {};
  const titled = {
    title: `Error ${status}`,
    status,
    detail: typeof detail === 'string' ? detail : JSON.stringify(detail),
  };
  return json(status, switches.errorShape === 'detail' ? { detail } : titled, headers);
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): ApiResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function route(world: World, request: ApiRequest): Decision {
  caller(world, request);
  const bare = request.url.pathname.replace(/^\/(ratings|customer-api)(?=\/)/, '');
  const path = world.switches.trailingSlash ? bare.replace(/\/$/, '') : bare;
  const found = ROUTES.find((one) => one.path.test(path));
  if (found === undefined) throw new Refusal(404, 'Not found.');
  const handler = found.methods[request.method];
  if (handler === undefined) throw new Refusal(405, `Method "${request.method}" not allowed.`);
  return handler(world, request, found.path.exec(path)?.[1] ?? '');
}

/** Basic authentication: the token is the user name, the password does not count. */
function caller(world: World, request: ApiRequest): Account {
  const encoded = /^Basic\s+(\S+)$/i.exec(request.authorization ?? '')?.[1];
  if (encoded === undefined) throw new Refusal(401, 'Authentication credentials were not provided.');
  const [token = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const account = world.truth.get(world.tokens.get(token) ?? '');
  if (account === undefined) throw new Refusal(401, 'Invalid token.');
  return account;
}

function listUsers(world: World, { url }: ApiRequest): Decision {
  const page = list(world.seen, url.searchParams, world.switches, world.draw);
  if (typeof page === 'string') throw new Refusal(400, { [page]: ['Invalid value.'] });
  const { rows, step } = world.page(page);
  const results = rows.map((row) => render(row, world.switches, false));
  return { ...answered(200, { links: links(url, page, step), count: page.count, results }), shown: rows };
}

function createUser(world: World, request: ApiRequest): Decision {
  const fresh = blank(world.newGuid(), world.now);
  const after = withFields(fresh, readBody(request.body, fresh, true, world.truth, world.switches));
  const { monthlyCreations, activeQuota, exhaustedStatus } = world.switches;
  if (monthlyCreations !== null && world.createdThisMonth >= monthlyCreations)
    throw new Refusal(exhaustedStatus, 'The number of users that may be created in a month is used up.');
  if (activeQuota !== UNLIMITED && activeCount(world.truth) >= activeQuota)
    throw new Refusal(exhaustedStatus, 'The quota of active users is used up.');
  return { ...answered(201, detail(world, after)), change: { before: null, after } };
}

function getUser(world: World, _request: ApiRequest, guid: string): Decision {
  return answered(200, detail(world, existing(world.seen, guid, world)));
}

function currentUser(world: World, request: ApiRequest): Decision {
  if (!world.switches.currentUserEndpoint) return getUser(world, request, 'current');
  return answered(200, { ...detail(world, caller(world, request)), email_preferences: [] });
}

function editUser(world: World, request: ApiRequest, guid: string): Decision {
  const before = existing(world.truth, guid, world);
  const asked = readBody(request.body, before, false, world.truth, world.switches);
  const after = withFields(before, {
    ...asked,
    ...Object.fromEntries(world.ignored.map((field) => [field, undefined])),
  });
  const answer = world.switches.patchAnswer === 'user' ? answered(200, detail(world, after)) : empty(200);
  return { ...answer, change: { before, after } };
}

function deleteUser(world: World, request: ApiRequest, guid: string): Decision {
  const before = existing(world.truth, guid, world);
  const { deleteSelf, lastAdminDelete } = world.switches;
  if (deleteSelf === 'refuse' && before === caller(world, request))
    throw new Refusal(400, 'You cannot delete yourself.');
  if (
    lastAdminDelete === 'refuse' &&
    isAdmin(before) &&
    !world.truth.all().some((one) => one !== before && isAdmin(one))
  )
    throw new Refusal(400, 'The last Admin cannot be deleted.');
  return { ...empty(204), change: { before, after: null } };
}

function quota(world: World): Decision {
  const active = activeCount(world.seen);
  const total = world.seen.all().filter((one) => !one.is_company_api_token).length;
  const most = world.switches.activeQuota;
  return answered(200, {
    active_user_count: active,
    inactive_user_count: total - active,
    total_user_count: total,
    remaining_active_quota: Math.max(0, most - active),
    total_active_quota: most,
  });
}

function accessGroups(world: World): Decision {
  const users = Map.groupBy(world.seen.all(), (account) => account.group);
  const groups = GROUPS.map(({ guid, name, companies }) => ({
    guid,
    name,
    user_count: users.get(guid)?.length ?? 0,
    company_count: companies,
    all_companies: guid === DEFAULT_GROUP.guid,
    is_default: guid === DEFAULT_GROUP.guid,
    subscription_types: [],
  }));
  return answered(200, { groups, default_group: DEFAULT_GROUP.guid });
}

/** The form is invented: no page shows it. Whoever made a token, here it is the first Admin. */
function apiTokens({ seen, switches }: World): Decision {
  const maker = seen.all().find((one) => !one.is_company_api_token && one.roles.includes('customer_admin'));
  const tokens = seen.all().filter((one) => one.is_company_api_token);
  const named = switches.tokenMaker ? { created_by: maker?.email ?? null } : {};
  return answered(
    200,
    tokens.map(({ guid, formal_name: name }) => ({ guid, name, api_token: `${'*'.repeat(36)}0000`, ...named })),
  );
}

function existing(directory: Directory, guid: string, world: World): Account {
  if (!UUID.test(guid)) throw new Refusal(world.switches.malformedGuid, 'Not found.');
  const account = directory.get(guid.toLowerCase());
  if (account === undefined) throw new Refusal(404, 'Not found.');
  return account;
}

const isActive = (one: Account): boolean => !one.is_company_api_token && one.status !== 'Deactivated';
const isAdmin = (one: Account): boolean => isActive(one) && one.roles.includes('customer_admin');
const activeCount = (directory: Directory): number => directory.all().filter(isActive).length;
const answered = (status: number, body: unknown): Decision => ({ response: json(status, body) });
const empty = (status: number): Decision => ({ response: { status, headers: {}, body: '' } });
const detail = (world: World, account: Account): object => render(account, world.switches, true);
