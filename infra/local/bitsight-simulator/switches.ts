import * as z from 'zod';

/** How sure the default is: on a help page, drawn from one, or known to nobody outside Bitsight. */
type Sure = 'documented' | 'inferred' | 'unknown';
const row = <T extends z.ZodType>(sure: Sure, schema: T, description: string): T => schema.meta({ sure, description });
/** The first value is the default. */
const choice = <const T extends [string, ...string[]]>(...values: T) => z.enum(values).default(() => values[0]);
const count = z.int().nonnegative().nullable();

/** Everything a client must not rely upon, or that tests want to move, one row each. */
export const SWITCHES = {
  duplicateEmail: row(
    'unknown',
    choice('refuse', 'allow'),
    'POST and PATCH with an address that is taken, whatever its case.',
  ),
  emailFilter: row('unknown', choice('exact', 'case-insensitive', 'substring'), 'How the filter `email` compares.'),
  searchMatch: row(
    'unknown',
    choice('substring', 'prefix'),
    'How `q`, `email_q` and `formal_name_q` compare; case never counts.',
  ),
  tokensHidden: row(
    'inferred',
    z.boolean().default(true),
    'The list leaves company API tokens out unless `is_company_api_token=true`.',
  ),
  tokenFilter: row(
    'unknown',
    choice('only', 'include'),
    'Whether `is_company_api_token=true` shows tokens only, or people too.',
  ),
  contactsHidden: row(
    'inferred',
    z.boolean().default(false),
    'The list leaves contacts out unless `is_available_for_contact=true`, as the OpenAPI default says literally.',
  ),
  postMissingRoles: row('inferred', choice('default', 'refuse'), 'POST without `roles`: customer_user, or 400.'),
  postMissingFriendlyName: row(
    'unknown',
    choice('default', 'refuse'),
    'POST without `friendly_name`: the first word of the full name, or 400.',
  ),
  postStatus: row(
    'documented',
    choice('honoured', 'ignored'),
    'POST with `status`; the OpenAPI document calls it read-only, the page does not.',
  ),
  patchAnswer: row('inferred', choice('user', 'empty'), 'Body of the answer to PATCH: the whole user, or nothing.'),
  patchStatus: row(
    'unknown',
    choice('ignored', 'honoured', 'refused'),
    'PATCH with `status`, which the page does not list.',
  ),
  patchNull: row('unknown', choice('refused', 'ignored'), 'POST and PATCH with null as a value.'),
  featuresPatch: row('unknown', choice('merge', 'replace'), 'PATCH with `features`: the others stay, or go.'),
  unknownFeature: row(
    'unknown',
    choice('refused', 'ignored'),
    'POST and PATCH with a feature slug nobody has heard of.',
  ),
  severalRoles: row(
    'unknown',
    choice('refused', 'first'),
    'POST and PATCH with more than the one role that is accepted per request.',
  ),
  groupBody: row(
    'unknown',
    choice('guid', 'either'),
    'Whether `group` in a body must be a guid, or may be an object with one.',
  ),
  unknownFields: row('unknown', choice('ignored', 'refused'), 'POST and PATCH with fields no page lists.'),
  timeFormat: row(
    'inferred',
    choice('iso', 'space'),
    'Times as the examples show them, or as the OpenAPI format says: a blank, no fraction, no Z.',
  ),
  limitDefault: row(
    'documented',
    count.default(100),
    'Rows of a page where no `limit` is sent; null: all, as the OpenAPI document says.',
  ),
  limitMaximum: row('unknown', count.default(null), 'A larger `limit` is cut to this; null: none.'),
  defaultOrder: row(
    'unknown',
    choice('guid', 'joined_time', 'email', 'unstable'),
    'Order where no `sort` is sent; `unstable` is another one for each request.',
  ),
  badQuery: row('unknown', choice('ignored', 'refused'), 'Garbage in `limit`, `offset`, `sort` or a boolean filter.'),
  errorShape: row(
    'inferred',
    choice('detail', 'ApiError'),
    'Body of errors: `{detail}`, or `{title, status, detail}`.',
  ),
  currentUserEndpoint: row('inferred', z.boolean().default(true), 'GET /users/current exists.'),
  malformedGuid: row(
    'unknown',
    z.union([z.literal(404), z.literal(400)]).default(404),
    'Status for a guid in the path that is none.',
  ),
  detailOmitsNewFields: row(
    'unknown',
    z.boolean().default(true),
    'GET one, POST and PATCH leave out landing_page, mfa_status and preferred_contact_for_entities, as their pages do.',
  ),
  lastAdminDelete: row('unknown', choice('allow', 'refuse'), 'DELETE of the last Admin.'),
  deleteSelf: row(
    'unknown',
    choice('allow', 'refuse'),
    'DELETE of the account whose token is used; once allowed, the token is dead.',
  ),
  monthlyCreations: row(
    'documented',
    count.default(300),
    'Users that may be created in a calendar month (UTC); null: any number.',
  ),
  activeQuota: row(
    'documented',
    z.int().nonnegative().default(99_999),
    'Accounts that may be active; 99999 is effectively unlimited.',
  ),
  exhaustedStatus: row(
    'unknown',
    z.union([z.literal(400), z.literal(402), z.literal(403)]).default(400),
    'Status when one of the two above is used up.',
  ),
  maximumConcurrent: row('documented', count.default(20), 'Requests at once; the next one gets 429. null: any number.'),
  trailingSlash: row('inferred', z.boolean().default(true), 'A slash at the end of a path is accepted.'),
};
export const SwitchesSchema = z.strictObject(SWITCHES);
export type Switches = z.infer<typeof SwitchesSchema>;
export type SwitchesInput = z.input<typeof SwitchesSchema>;
