import * as z from 'zod';
import { incomplete, readBoth, readWhole, watch, type Consume } from './completeness.ts';
import { BitsightError, parseRequest } from './errors.ts';
import { readPages, type UserPages, type Verdict } from './listing.ts';
import { MOST_AT_ONCE } from './read-ahead.ts';
import {
  CreateUserSchema,
  GuidSchema,
  ListQuerySchema,
  QuotaSchema,
  UpdateAnswerSchema,
  UpdateUserSchema,
  UserPageSchema,
  UserQuerySchema,
  UserSchema,
  type CreateUser,
  type ListQuery,
  type Quota,
  type UpdateUser,
  type User,
  type UserPage,
  type UserQuery,
} from './schemas.ts';
import type { ApiRequest, CallOptions, Send } from './transport.ts';

/**
 * Every method may fail with a BitsightError of the codes BITSIGHT_* in lib/errors.ts, or with what `apiToken` throws;
 * `traits.happened` says whether a write may have been carried out all the same.
 */
export interface Users {
  /** GET /users: one page, as asked for. */
  page(query?: UserQuery, call?: CallOptions): Promise<UserPage>;
  /** All pages in order of guid, each user once; returns what the reading proves. Keeps guids, not users. */
  pages(query?: ListQuery, call?: ReadOptions): UserPages;
  /** The users of `pages` one by one; BITSIGHT_LIST_INCOMPLETE at the end when they are not as many as were counted. */
  list(query?: ListQuery, call?: CallOptions): AsyncGenerator<User, void>;
  /** All users, proven complete; read again when the population moved, then BITSIGHT_LIST_INCOMPLETE. */
  listComplete(query?: ListQuery, call?: CallOptions): Promise<User[]>;
  /**
   * Everybody, people and company API tokens, proven complete, with flat memory. `consume` reads all pages; it is called
   * anew when the proof fails, and then has to discard what it wrote in the pass before. Its value comes back for the
   * proven pass alone. Token users are probably hidden unless asked for (inferred): both are read, each guid is yielded
   * once, so it is right either way. Fails with BITSIGHT_LIST_TOO_LONG at the start of a list for which no time is left.
   */
  readEveryone<T>(consume: Consume<T>, call?: ReadOptions): Promise<{ value: T; verdict: Verdict }>;
  /** GET /users/{guid}. BITSIGHT_NOT_FOUND where there is none (404 is inferred). */
  get(guid: string, call?: CallOptions): Promise<User>;
  /** POST /users. The answer to an address that is taken is not documented: see BITSIGHT_REFUSED. */
  create(body: CreateUser, call?: CallOptions): Promise<User>;
  /** PATCH /users/{guid}. Its answer is nowhere documented: the user where there is one, else undefined. */
  update(guid: string, body: UpdateUser, call?: CallOptions): Promise<User | undefined>;
  /** DELETE /users/{guid}: irreversible; the shared folders that the user made go too. */
  remove(guid: string, call?: CallOptions): Promise<void>;
  /** GET /v1/users/quota. */
  quota(call?: CallOptions): Promise<Quota>;
  /** GET /users/current, which stands on no help page: undefined where it is not there (404, 405). */
  current(call?: CallOptions): Promise<User | undefined>;
}

export interface ReadOptions extends CallOptions {
  /**
   * Pages asked for at once, 1 to 3; 1 where not given. What does not come as was reckoned from the first page is thrown
   * away, and read again one page at a time.
   */
  atOnce?: number;
}

const LIST = { method: 'GET', path: '/v2/users' } as const;
/** Rows a page of a listing; the default of the API, sent all the same because Bitsight's OpenAPI document names another. */
const LIMIT = 100;

export function createUsers(send: Send, baseUrl: URL): Users {
  const fetchPage = (query: URLSearchParams, call?: CallOptions): Promise<UserPage> =>
    send({ ...LIST, query }, UserPageSchema, call);

  const users: Users = {
    async page(query = {}, call) {
      return fetchPage(queryOf(parseRequest(UserQuerySchema, query, LIST)), call);
    },
    pages(query = {}, { atOnce = 1, remainingMs } = {}) {
      const filters = parseRequest(ListQuerySchema, query, LIST);
      let took = 0;
      const call = { ...(remainingMs && { remainingMs }), answered: (ms: number) => void (took = ms) };
      return readPages({
        baseUrl,
        atOnce: Math.min(atOnce, MOST_AT_ONCE),
        ...(remainingMs && { time: { left: remainingMs, took: () => took } }),
        fetchPage: (offset, link) =>
          fetchPage(queryOf({ limit: LIMIT, ...filters, offset, sort: ['guid'] }, link), call),
      });
    },
    async *list(query, call) {
      const watched = watch(users.pages(query, call));
      for await (const page of watched.pages) yield* page;
      if (watched.verdict?.moved !== false) throw incomplete(watched.verdict);
    },
    async listComplete(query, call) {
      const whole = await readWhole(
        () => users.pages(query, call),
        (pages) => Array.fromAsync(pages),
      );
      return whole.value.flat();
    },
    readEveryone(consume, call) {
      const both = (pass: number): UserPages => {
        const options = pass === 1 ? call : { ...call, atOnce: 1 };
        return readBoth(users.pages({}, options), users.pages({ is_company_api_token: true }, options));
      };
      return readWhole(both, consume);
    },
    async get(guid, call) {
      return send(one('GET', guid), UserSchema, call);
    },
    async create(body, call) {
      const request = { method: 'POST', path: '/v2/users' } as const;
      return send({ ...request, body: parseRequest(CreateUserSchema, body, request) }, UserSchema, call);
    },
    async update(guid, body, call) {
      const request = one('PATCH', guid);
      return send({ ...request, body: parseRequest(UpdateUserSchema, body, request) }, UpdateAnswerSchema, call);
    },
    async remove(guid, call) {
      await send(one('DELETE', guid), z.unknown(), call);
    },
    quota: (call) => send({ method: 'GET', path: '/v1/users/quota' }, QuotaSchema, call),
    async current(call) {
      try {
        return await send({ method: 'GET', path: '/v2/users/current' }, UserSchema, call);
      } catch (error) {
        if (error instanceof BitsightError && (error.status === 404 || error.status === 405)) return undefined;
        throw error;
      }
    },
  };
  return users;
}

function one(method: ApiRequest['method'], guid: string): ApiRequest {
  const place = { method, path: '/v2/users/{guid}' };
  return { ...place, guid: parseRequest(GuidSchema, guid, place) };
}

/** Ours over what a link carried, so that no filter is lost on the way through the pages. */
function queryOf(query: UserQuery, link = new URLSearchParams()): URLSearchParams {
  const params = new URLSearchParams(link);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  return params;
}
