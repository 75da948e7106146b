import type { ErrorCode } from '../errors.ts';
import type { Verdict } from './listing.ts';
import type {
  AccessGroupList,
  CreateUser,
  ListQuery,
  Quota,
  UpdateUser,
  User,
  UserPage,
  UserQuery,
} from './schemas.ts';

export interface CallOptions {
  /**
   * Milliseconds of wall time that are left for the whole call, retries included. An attempt gets the smaller of this
   * and `timeoutMs`; a call that cannot start in time fails with BITSIGHT_DEADLINE before a socket opens.
   */
  remainingMs?: () => number;
}

/** One attempt, for telemetry. Holds no body, header, token, guid or e-mail. */
export interface CallRecord {
  method: string;
  /** The path with `{guid}` in place of a guid, without a query. */
  path: string;
  /** HTTP status, where there was an answer. */
  status?: number;
  /** Why it failed, where it did. */
  code?: ErrorCode;
  ms: number;
  /** 1 is the first. */
  attempt: number;
}

export interface BitsightOptions {
  /** Origin of the API; `/ratings` is added where it has no path of its own. */
  baseUrl: URL | string;
  /** The API token; `refresh` asks for it to be read anew. */
  apiToken: (options?: { refresh?: boolean }) => Promise<string>;
  fetch: typeof globalThis.fetch;
  clock: { now: () => number; sleep: (ms: number) => Promise<void> };
  /** In [0, 1). */
  random: () => number;
  /** Longest time of one attempt, milliseconds of wall time; 10,000 where not given. */
  timeoutMs?: number;
  retry?: {
    /** How often a call is tried in all; 3 where not given. Writes are only repeated when they certainly were not carried out. */
    attempts?: number;
    /** Longest single wait that the client does itself, milliseconds, Retry-After included; 0 where not given. A longer one is the caller's. */
    maxWaitMs?: number;
  };
  /** Anything but GET fails with BITSIGHT_READ_ONLY before a socket opens. */
  readOnly?: boolean;
  /** Sent as User-Agent and as X-BITSIGHT-CONNECTOR-NAME-VERSION. */
  product: { name: string; version: string };
  /** Told of every attempt; must not throw. */
  onCall?: (record: CallRecord) => void;
}

/**
 * Every method may fail with a BitsightError of the codes BITSIGHT_* in lib/errors.ts, or with what `apiToken` throws;
 * `traits.happened` says whether a write may have been carried out all the same.
 */
export interface Users {
  /** GET /users: one page, as asked for. */
  page(query?: UserQuery, call?: CallOptions): Promise<UserPage>;
  /**
   * All pages in order of guid, each user once; returns what the reading proves. It ends early, with `moved`, as soon as
   * the population is seen to move: what was yielded then is not the whole. Keeps guids, not users.
   */
  pages(query?: ListQuery, call?: CallOptions): AsyncGenerator<User[], Verdict>;
  /** The users of `pages` one by one. BITSIGHT_LIST_INCOMPLETE as soon as the population is seen to move. */
  list(query?: ListQuery, call?: CallOptions): AsyncGenerator<User>;
  /** All users, proven complete; read again when the population moved, then BITSIGHT_LIST_INCOMPLETE. */
  listComplete(query?: ListQuery, call?: CallOptions): Promise<User[]>;
  /**
   * Everybody, people and company API tokens, proven complete, with flat memory. `consume` reads all pages; it is called
   * anew when the proof fails, and then has to discard what it wrote in the pass before. Its value comes back for the
   * proven pass alone. Token users are probably hidden unless asked for (inferred): both are read, each guid is yielded
   * once, so it is right either way.
   */
  readEveryone<T>(
    consume: (pages: AsyncIterable<User[]>, pass: number) => Promise<T>,
    call?: CallOptions,
  ): Promise<{ value: T; verdict: Verdict }>;
  /** GET /users/{guid}. BITSIGHT_NOT_FOUND where there is none (404 is inferred). */
  get(guid: string, call?: CallOptions): Promise<User>;
  /** POST /users. */
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

export interface AccessGroups {
  /** GET /v1/access-groups: all groups, not paginated. */
  list(call?: CallOptions): Promise<AccessGroupList>;
}

export interface BitsightClient {
  users: Users;
  groups: AccessGroups;
}

export function createBitsightClient(_options: BitsightOptions): BitsightClient {
  throw new Error('being written');
}
