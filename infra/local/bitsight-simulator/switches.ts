import * as z from 'zod';

/** How sure the default is: on a help page, drawn from one, or known to nobody outside Bitsight. */
type Sure = 'documented' | 'inferred' | 'unknown';
const row =
  (sure: Sure) =>
  <T extends z.ZodType>(schema: T, description: string): T =>
    schema.meta({ sure, description });
const documented = row('documented');
const inferred = row('inferred');
const unknown = row('unknown');
/** The first value is the default. */
const choice = <const T extends [string, ...string[]]>(...values: T) => z.enum(values).default(() => values[0]);
const flag = (value: boolean) => z.boolean().default(value);
const count = (value: number | null) => z.int().nonnegative().nullable().default(value);
const status = <const T extends [number, ...number[]]>(...values: T) => z.literal(values).default(() => values[0]);

/** What a client must not rely upon, and limits that tests want to move, one row each. */
export const SWITCHES = {
  duplicateEmail: unknown(choice('refuse', 'allow'), 'POST and PATCH with an address that is taken, in any case.'),
  emailFilter: unknown(choice('exact', 'case-insensitive', 'substring'), 'How the filter `email` compares.'),
  searchMatch: unknown(choice('substring', 'prefix'), 'How `q`, `email_q`, `formal_name_q` compare, in any case.'),
  tokensHidden: inferred(flag(true), 'Lists show no API token unless `is_company_api_token=true`.'),
  tokenFilter: unknown(
    choice('only', 'include'),
    'Lists with `is_company_api_token=true`: tokens only, or people too.',
  ),
  contactsHidden: inferred(flag(false), 'Lists show no contact unless `is_available_for_contact=true`.'),
  postMissingRoles: inferred(choice('default', 'refuse'), 'POST without `roles`: customer_user, or 400.'),
  postMissingFriendlyName: unknown(
    choice('default', 'refuse'),
    'POST without `friendly_name`: first word of the name, or 400.',
  ),
  postStatus: documented(
    choice('honoured', 'ignored', 'refused'),
    'POST with `status`, which OpenAPI calls read-only.',
  ),
  patchStatus: unknown(choice('ignored', 'honoured', 'refused'), 'PATCH with `status`, which its page does not list.'),
  patchAnswer: inferred(choice('user', 'empty'), 'What PATCH answers: the whole user, or nothing.'),
  nulls: unknown(choice('refused', 'ignored'), 'POST and PATCH with null as a value.'),
  featuresPatch: unknown(choice('merge', 'replace'), 'PATCH with `features`: the others stay, or go.'),
  unknownFeature: unknown(choice('refused', 'ignored'), 'POST and PATCH with a feature no page names.'),
  severalRoles: unknown(choice('refused', 'first'), 'POST and PATCH with more than the one role that is accepted.'),
  groupBody: unknown(choice('guid', 'either'), 'POST and PATCH: `group` is a guid, or may be an object with one.'),
  unknownFields: unknown(choice('ignored', 'refused'), 'POST and PATCH with a field no page lists.'),
  timeFormat: inferred(choice('iso', 'space'), 'Times as the examples have them, or `2024-04-01 12:34:56`.'),
  limitDefault: documented(count(100), 'Rows a page without `limit`; null: all, as OpenAPI says.'),
  limitMaximum: unknown(count(null), 'A larger `limit` is cut to this; null: none.'),
  defaultOrder: unknown(
    choice('guid', 'joined_time', 'email', 'unstable'),
    'Lists without `sort`; unstable: anew each time.',
  ),
  badQuery: unknown(choice('ignored', 'refused'), 'Garbage in `limit`, `offset`, `sort` or a boolean filter.'),
  errorShape: inferred(choice('detail', 'ApiError'), 'Errors: `{detail}`, or `{title, status, detail}`.'),
  currentUserEndpoint: inferred(flag(true), 'GET /users/current is there.'),
  malformedGuid: unknown(status(404, 400), 'Status for a path whose guid is none.'),
  detailOmitsNewFields: unknown(
    flag(true),
    'No landing_page, mfa_status, preferred contact outside lists, as their pages.',
  ),
  lastAdminDelete: unknown(choice('allow', 'refuse'), 'DELETE of the last Admin.'),
  deleteSelf: unknown(choice('allow', 'refuse'), 'DELETE of the account whose token is used; then that token is dead.'),
  monthlyCreations: documented(count(300), 'Users that may be created in a calendar month (UTC); null: any number.'),
  activeQuota: documented(z.int().nonnegative().default(99_999), 'Accounts that may be active; 99999: no limit.'),
  exhaustedStatus: unknown(status(400, 402, 403), 'Status when one of the two above is used up.'),
  maximumConcurrent: documented(count(20), 'Requests at once, the next one gets 429; null: any number.'),
  tokenMaker: unknown(flag(false), 'GET /v1/customers/current/api-tokens names who made a token.'),
  trailingSlash: inferred(flag(true), 'A slash at the end of a path does no harm.'),
};
export const SwitchesSchema = z.strictObject(SWITCHES);
export type Switches = z.infer<typeof SwitchesSchema>;
export type SwitchesInput = { [K in keyof Switches]?: Switches[K] | undefined };
