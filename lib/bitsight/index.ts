export { createBitsightClient } from './client.ts';
export type { AccessGroups, BitsightClient, BitsightOptions, CallOptions, CallRecord, Users } from './client.ts';
export { BitsightError } from './errors.ts';
export type { Verdict } from './listing.ts';
export {
  CreateUserSchema,
  UpdateUserSchema,
  USER_STATUSES,
  UserPageSchema,
  UserQuerySchema,
  UserSchema,
} from './schemas.ts';
export type {
  AccessGroupList,
  CreateUser,
  ListQuery,
  Quota,
  UpdateUser,
  User,
  UserPage,
  UserQuery,
} from './schemas.ts';
