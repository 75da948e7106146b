import * as z from 'zod';

/**
 * What goes to Bitsight and what comes back. Requests are strict: a field that the API pages do not document is refused
 * before anything is sent. Answers are tolerant: unknown fields and values are kept, and nearly everything may be
 * missing or null.
 *
 * Pages: GET /users (help.bitsighttech.com articles/360048841653), GET /users/{guid} (360047853993), POST /users
 * (360048214814), PATCH /users/{guid} (360048216934), DELETE /users/{guid} (360048217394), quota (13740355653143),
 * access groups (360042641293).
 */
export const USER_STATUSES = ['Created', 'Activated', 'Deactivated'] as const;

const text = z.string().nullish();

/** The page of GET /users/{guid} prints the key as `" slug"`. */
const trimKeys = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key.trim(), entry]))
    : value;

const RoleSchema = z.preprocess(trimKeys, z.looseObject({ slug: z.string(), name: text }));
const FeatureSchema = z.looseObject({
  slug: z.string(),
  /** Boolean on two pages, "String or Boolean" on a third. None at all counts as not enabled (inferred). */
  value: z
    .union([z.boolean(), z.string()])
    .nullish()
    .transform((value) => value ?? false),
  can_update: z.boolean().nullish(),
});

/**
 * An account, as the API writes it. Times are text, because the pages show several forms. `roles` may hold several,
 * although a request may set only one.
 */
export const UserSchema = z.looseObject({
  guid: z.string().min(1),
  /** Empty where the answer has none: that every company API token has an address is nowhere said. */
  email: text.transform((value) => value ?? ''),
  formal_name: text,
  friendly_name: text,
  group: z.looseObject({ guid: z.string(), name: text }).nullish(),
  /** One of USER_STATUSES, or one that the pages do not know yet. */
  status: text,
  /** null: never logged in. */
  last_login_time: text,
  joined_time: text,
  roles: z
    .array(RoleSchema)
    .nullish()
    .transform((value) => value ?? []),
  is_available_for_contact: z.boolean().nullish(),
  /** true: the account is a company API token and no person. */
  is_company_api_token: z.boolean().nullish(),
  features: z
    .array(FeatureSchema)
    .nullish()
    .transform((value) => value ?? []),
  landing_page: text,
  preferred_contact_for_entities: z.array(z.string()).nullish(),
  mfa_status: text,
});
export type User = z.infer<typeof UserSchema>;

export const UserPageSchema = z.looseObject({
  links: z.looseObject({ next: text, previous: text }).nullish(),
  /** Users in all pages together. */
  count: z.int().nonnegative(),
  results: z.array(UserSchema),
});
export type UserPage = z.infer<typeof UserPageSchema>;

/** PATCH has no documented answer: the user where there is one (inferred), else undefined. */
export const UpdateAnswerSchema = UserSchema.optional().catch(undefined);

export const QuotaSchema = z.looseObject({
  active_user_count: z.int().nullish(),
  inactive_user_count: z.int().nullish(),
  total_user_count: z.int().nullish(),
  /** 99999 says unlimited. */
  remaining_active_quota: z.int().nullish(),
  total_active_quota: z.int().nullish(),
});
export type Quota = z.infer<typeof QuotaSchema>;

export const AccessGroupsSchema = z.looseObject({
  groups: z.array(z.looseObject({ guid: z.string().min(1), name: z.string() })),
  /** Guid of the group that a user gets where none is given. */
  default_group: text,
});
export type AccessGroupList = z.infer<typeof AccessGroupsSchema>;

/**
 * Company API tokens (help.bitsighttech.com articles/115003407868). That there is a list, with a guid each, is documented;
 * its form, and whether it names who made a token, is not: everything is optional and unknown fields are kept.
 */
const ApiTokenListSchema = z.array(z.looseObject({ guid: text, name: text }));
export const ApiTokensSchema = z.union([
  ApiTokenListSchema,
  z.looseObject({ results: ApiTokenListSchema }).transform(({ results }) => results),
]);
export type ApiToken = z.infer<typeof ApiTokenListSchema>[number];

const filled = z.string().min(1);
const list = z.array(filled.regex(/^[^,]+$/, 'a comma separates values')).min(1);
const sortField = z.enum(['formal_name', 'last_login_time', 'guid', 'email', 'group.name', 'status', 'joined_time']);

/** Parameters of GET /users under their own names. Lists are sent comma-separated. */
export const UserQuerySchema = z.strictObject({
  email: filled.optional(),
  email_q: filled.optional(),
  formal_name_q: filled.optional(),
  'group.guid': list.optional(),
  guid: filled.optional(),
  is_available_for_contact: z.boolean().optional(),
  /** Token users are probably hidden unless this is true (inferred from a default in Bitsight's OpenAPI document). */
  is_company_api_token: z.boolean().optional(),
  'roles.slug': list.optional(),
  status: z.array(z.enum(USER_STATUSES)).min(1).optional(),
  /** Rows a page. The page says 100 by default; no maximum is documented. */
  limit: z.int().min(1).optional(),
  /** First row, from 0. */
  offset: z.int().min(0).optional(),
  q: filled.optional(),
  sort: z
    .array(z.templateLiteral([z.enum(['', '-']), sortField]))
    .min(1)
    .optional(),
});
export type UserQuery = z.input<typeof UserQuerySchema>;

/** A listing sets `offset` and `sort` itself: all its promises rest on them. */
export const ListQuerySchema = UserQuerySchema.omit({ offset: true, sort: true });
export type ListQuery = z.input<typeof ListQuerySchema>;

const userFields = {
  formal_name: filled,
  email: filled.regex(/^\S+@\S+$/, 'an e-mail address'),
  /** Exactly one a request, although it is an array. */
  roles: z.tuple([z.strictObject({ slug: filled })]),
  friendly_name: filled.optional(),
  /** Guid of an access control group. */
  group: filled.optional(),
  is_company_api_token: z.boolean().optional(),
  is_available_for_contact: z.boolean().optional(),
  features: z.array(z.strictObject({ slug: filled, value: z.union([z.boolean(), z.string()]) })).optional(),
};

/** Body of POST /users. One copy of the page marks `friendly_name` as required, another does not: send it. */
export const CreateUserSchema = z.strictObject({ ...userFields, status: z.enum(USER_STATUSES).optional() });
export type CreateUser = z.input<typeof CreateUserSchema>;

/**
 * Body of PATCH /users/{guid}. `status` is not documented there: it is sent to find out whether it is taken, and then by
 * the offboarding mode that rests on that.
 */
export const UpdateUserSchema = z
  .strictObject({ ...userFields, status: z.enum(USER_STATUSES) })
  .partial()
  .refine((body) => Object.values(body).some((value) => value !== undefined), 'nothing to change');
export type UpdateUser = z.input<typeof UpdateUserSchema>;

/** A hyphen is asked for so that no word with a meaning of its own in this place (`current`, `query`) passes. */
export const GuidSchema = z.string().regex(/^(?=.{3,64}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)+$/, 'a guid');
