import * as z from 'zod';
import { FEATURES, ROLES, STATUSES, type Account, type Fields } from './account.ts';
import type { Directory } from './directory.ts';
import { GROUPS } from './population.ts';
import type { Switches } from './switches.ts';

/** The API says no: `detail` is a sentence, or messages by field. */
export class Refusal extends Error {
  readonly status: number;
  readonly detail: string | Record<string, string[]>;
  constructor(status: number, detail: string | Record<string, string[]>) {
    super('refused');
    this.status = status;
    this.detail = detail;
  }
}
const refuse = (field: string, message: string): never => {
  throw new Refusal(400, { [field]: [message] });
};

const text = z.string('Not a valid string.').trim().min(1, 'This field may not be blank.').max(255);
const flag = z.boolean('Must be a valid boolean.');
const BodySchema = z
  .object({
    email: text.regex(/^[^@\s]+@[^@\s]+$/, 'Enter a valid email address.'),
    formal_name: text,
    friendly_name: text,
    group: z.union([z.string(), z.object({ guid: z.string() })]),
    roles: z.array(z.object({ slug: z.string() })).min(1, 'This list may not be empty.'),
    status: z.enum(STATUSES),
    is_available_for_contact: flag,
    is_company_api_token: flag,
    features: z.array(z.object({ slug: z.string(), value: z.union([z.boolean(), z.string()]) })),
  })
  .partial();
type Body = z.infer<typeof BodySchema>;

/** What a body asks for, as changes to the account `before` (a blank one for POST). */
export function readBody(body: string, before: Account, posted: boolean, truth: Directory, s: Switches): Fields {
  const { group, roles, features, ...fields } = parse(withoutNulls(object(body), s), s);
  if (posted) requireFields({ ...fields, roles }, s);
  const { email, formal_name } = fields;
  const taken = email !== undefined && truth.withEmail(email).some((other) => other.guid !== before.guid);
  if (taken && s.duplicateEmail === 'refuse') refuse('email', 'A user with this email already exists.');
  return {
    ...(posted && { friendly_name: formal_name?.split(' ')[0] }),
    ...fields,
    status: statusOf(fields.status, posted, s),
    group: group === undefined ? undefined : groupOf(group, s),
    roles: roles === undefined ? undefined : rolesOf(roles, s),
    features: features === undefined ? undefined : featuresOf(features, before, posted, s),
  };
}

function object(body: string): Record<string, unknown> {
  const ObjectSchema = z.record(z.string(), z.unknown());
  try {
    return ObjectSchema.parse(JSON.parse(body));
  } catch {
    throw new Refusal(400, 'JSON parse error.');
  }
}

function withoutNulls(given: Record<string, unknown>, s: Switches): Record<string, unknown> {
  const nulls = Object.keys(given).filter((name) => given[name] === null);
  if (s.nulls === 'refused' && nulls[0] !== undefined) refuse(nulls[0], 'This field may not be null.');
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
}

function parse(given: Record<string, unknown>, s: Switches): Body {
  const stranger = Object.keys(given).find((name) => !(name in BodySchema.shape));
  if (stranger !== undefined && s.unknownFields === 'refused') refuse(stranger, 'Unknown field.');
  const read = BodySchema.safeParse(given);
  if (read.success) return read.data;
  const messages: Record<string, string[]> = {};
  for (const issue of read.error.issues) (messages[String(issue.path[0])] ??= []).push(issue.message);
  throw new Refusal(400, messages);
}

function requireFields(fields: Body, s: Switches): void {
  const missing = [
    ...(['email', 'formal_name'] as const).filter((name) => fields[name] === undefined),
    ...(fields.roles === undefined && s.postMissingRoles === 'refuse' ? ['roles'] : []),
    ...(fields.friendly_name === undefined && s.postMissingFriendlyName === 'refuse' ? ['friendly_name'] : []),
  ];
  if (missing.length === 0) return;
  throw new Refusal(400, Object.fromEntries(missing.map((name) => [name, ['This field is required.']])));
}

function statusOf(status: Body['status'], posted: boolean, s: Switches): Account['status'] | undefined {
  const treatment = posted ? s.postStatus : s.patchStatus;
  if (status !== undefined && treatment === 'refused') refuse('status', 'This field is read-only.');
  return treatment === 'honoured' ? status : undefined;
}

function groupOf(group: string | { guid: string }, s: Switches): string {
  if (typeof group === 'object' && s.groupBody === 'guid') refuse('group', 'Not a valid string.');
  const guid = typeof group === 'string' ? group : group.guid;
  return GROUPS.find((one) => one.guid === guid)?.guid ?? refuse('group', 'Object with this guid does not exist.');
}

function rolesOf(roles: { slug: string }[], s: Switches): string[] {
  const unknown = roles.find(({ slug }) => !Object.hasOwn(ROLES, slug));
  if (unknown !== undefined) refuse('roles', `"${unknown.slug}" is not a valid choice.`);
  if (roles.length > 1 && s.severalRoles === 'refused') refuse('roles', 'Only one role is accepted per request.');
  return roles.slice(0, 1).map(({ slug }) => slug);
}

function featuresOf(
  wanted: { slug: string; value: boolean | string }[],
  before: Account,
  posted: boolean,
  s: Switches,
): Account['features'] {
  const known: readonly string[] = FEATURES;
  const unknown = wanted.find(({ slug }) => !known.includes(slug));
  if (unknown !== undefined && s.unknownFeature === 'refused')
    refuse('features', `"${unknown.slug}" is not a valid choice.`);
  const asked = wanted.filter(({ slug }) => known.includes(slug));
  const kept = posted || s.featuresPatch === 'merge' ? before.features : [];
  const others = kept.filter(({ slug }) => !asked.some((one) => one.slug === slug));
  const canUpdate = (slug: string): boolean => before.features.find((one) => one.slug === slug)?.can_update ?? true;
  return [...others, ...asked.map(({ slug, value }) => ({ slug, value, can_update: canUpdate(slug) }))];
}
