export { ADMIN, compareRoles, DOCUMENTED_ROLES } from './roles.ts';
export { createBitsightClient, type AccessGroups, type ApiTokens, type BitsightClient } from './client.ts';
export type { Consume } from './completeness.ts';
export { BitsightError } from './errors.ts';
export type { UserPages, Verdict } from './listing.ts';
export { QuotaSchema, USER_STATUSES, UserSchema } from './schemas.ts';
export type {
  AccessGroupList,
  ApiToken,
  CreateUser,
  ListQuery,
  Quota,
  UpdateUser,
  User,
  UserPage,
  UserQuery,
} from './schemas.ts';
export type { BitsightOptions, CallOptions, CallRecord } from './transport.ts';
export type { ReadOptions, Users } from './users.ts';
export { MOST_AT_ONCE } from './read-ahead.ts';
