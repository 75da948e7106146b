import { AccessGroupsSchema, ApiTokensSchema, type AccessGroupList, type ApiToken } from './schemas.ts';
import { createTransport, type BitsightOptions, type CallOptions } from './transport.ts';
import { createUsers, type Users } from './users.ts';

export interface AccessGroups {
  /** GET /v1/access-groups: all groups, not paginated. */
  list(call?: CallOptions): Promise<AccessGroupList>;
}

export interface ApiTokens {
  /** GET /v1/customers/current/api-tokens: the company's own tokens, masked. Whether it names their makers is not known. */
  list(call?: CallOptions): Promise<ApiToken[]>;
}

export interface BitsightClient {
  users: Users;
  groups: AccessGroups;
  tokens: ApiTokens;
}

/** The Users API of Bitsight. Opens nothing and reads no token before the first call. */
export function createBitsightClient(options: BitsightOptions): BitsightClient {
  const send = createTransport(options);
  return {
    users: createUsers(send, new URL(options.baseUrl)),
    groups: { list: (call) => send({ method: 'GET', path: '/v1/access-groups' }, AccessGroupsSchema, call) },
    tokens: {
      list: (call) => send({ method: 'GET', path: '/v1/customers/current/api-tokens' }, ApiTokensSchema, call),
    },
  };
}
