import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { MINUTE, SECOND } from '../../time.ts';
import type { Attribute } from '../../lifecycle/event.ts';
import { readAs } from '../delivery.ts';
import type { Fetcher } from '../directory.ts';
import type { JsonCall } from '../json-call.ts';
import { attributesOf, employmentOf, isPlainId, type Standing, type State } from '../hr-record.ts';
import { dateValue, employeeIdValue, textValue } from '../values.ts';
import type { PersonioConfig } from './translate.ts';

const idOf = z.object({ id: employeeIdValue });
const TokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** A token, for which credential it was given, and until when; epoch milliseconds. */
interface Token {
  value: string;
  credential: string;
  until: number;
}
const PersonSchema = z.object({
  id: employeeIdValue,
  email: textValue.optional(),
  first_name: textValue.optional(),
  last_name: textValue.optional(),
  custom_attributes: z
    .array(
      z.object({ id: z.string(), global_id: z.string().nullish(), label: z.string().nullish(), value: z.unknown() }),
    )
    .nullish(),
});
const EmploymentSchema = z.object({
  status: z.string().optional(),
  position: z.object({ title: textValue.optional() }).nullish(),
  type: textValue.optional(),
  employment_start_date: dateValue.optional(),
  employment_end_date: dateValue.optional(),
  termination: z.object({ termination_date: dateValue.optional() }).nullish(),
  supervisor: idOf.partial().nullish(),
  org_units: z.array(idOf.extend({ type: z.string() })).nullish(),
});
type Employment = z.infer<typeof EmploymentSchema>;
const EmploymentsSchema = z.object({ _data: z.array(EmploymentSchema) });
const NamedSchema = z.object({ name: textValue.optional() });

/** What a person and an employment have of their own; anything else is an attribute that each company adds. */
const NAMES: Partial<Record<Attribute, string>> = Object.fromEntries(
  (['email', 'firstName', 'lastName', 'jobTitle', 'employmentType', 'department', 'managerEmail'] as const).map(
    (name) => [name, name],
  ),
);

/**
 * `POST /v2/auth/token` with `client id:client secret`, for as long as the answer says (a day, as documented), then the person, the employments, the department and the
 * supervisor, whom an employment names by id. From Personio's OpenAPI documents; tried against our stand-in alone.
 */
export function personioFetcher(config: PersonioConfig): Fetcher {
  let token: Token | undefined;
  return async ({ employeeId, said, credential, call }) => {
    if (!isPlainId(employeeId)) return undefined;
    const isKept = token !== undefined && token.credential === credential && said < token.until;
    token = token !== undefined && isKept ? token : await signedIn(call, credential, said);
    const { value } = token;
    const get: Get = (path, query = {}) =>
      call({ path, query, headers: { authorization: `Bearer ${value}` } }).catch((error: unknown) => {
        token = undefined; // the next try begins with a fresh one
        throw error;
      });
    const path = `/v2/persons/${employeeId}`;
    const answer = await get(path);
    if (answer === undefined) return undefined;
    const person = readAs(PersonSchema, answer);
    if (person.id !== employeeId) throw new AppError('DIRECTORY_UNREADABLE', 'Personio answered with another id.');
    const listed = await get(`${path}/employments`, { limit: '50' });
    const employments = listed === undefined ? [] : readAs(EmploymentsSchema, listed)._data;
    const current = currentOf(employments);
    const known: Record<string, unknown> = {
      ...customFields(person),
      email: person.email,
      firstName: person.first_name,
      lastName: person.last_name,
      jobTitle: current?.position?.title,
      employmentType: current?.type,
      department: await departmentOf(current, get),
      managerEmail: await supervisorOf(current, get),
    };
    return {
      attributes: attributesOf({ ...NAMES, ...config.fields }, (name) => known[name]),
      employment: employmentOf(standingOf(current, employments), said, config.timeZone),
    };
  };
}

type Get = (path: string, query?: Record<string, string>) => Promise<unknown>;

async function signedIn(call: JsonCall, credential: string, now: number): Promise<Token> {
  const [id = '', ...secret] = credential.split(':');
  const form = { grant_type: 'client_credentials', client_id: id, client_secret: secret.join(':') };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const path = '/v2/auth/token';
  const answer = await call({ method: 'POST', path, headers, body: new URLSearchParams(form).toString() });
  const { access_token: value, expires_in: seconds } = readAs(TokenSchema, answer);
  return { value, credential, until: now + seconds * SECOND - MINUTE };
}

/** By its id, its global id and its label. */
function customFields({ custom_attributes: own }: z.infer<typeof PersonSchema>): Record<string, unknown> {
  const named = (own ?? []).flatMap(({ id, global_id: global, label, value }) =>
    [id, global, label].flatMap((name) => (name ? [[name, value] as const] : [])),
  );
  return Object.fromEntries(named);
}

const STATES: Partial<Record<string, State>> = {
  ACTIVE: 'active',
  LEAVE: 'suspended',
  ONBOARDING: 'ahead',
  INACTIVE: 'ended',
};
const stateOf = ({ status }: Employment): State | undefined => STATES[status ?? ''];

/** The most recent one comes first; whoever works in one company of the group does not leave by ending in another. */
function currentOf(employments: Employment[]): Employment | undefined {
  const first = (state: State) => employments.find((one) => stateOf(one) === state);
  return first('active') ?? first('suspended') ?? first('ahead') ?? employments[0];
}

/** An end counts only where nothing goes on beside it, nothing begins after it, and no employment hides its state. */
function standingOf(current: Employment | undefined, employments: Employment[]): Standing {
  const state = current && stateOf(current);
  const goesOn = employments.some((one) => one !== current && stateOf(one) !== 'ended');
  if (current === undefined || (state === 'ended' && goesOn)) return { state: undefined };
  const { employment_start_date: firstDay, employment_end_date: end, termination } = current;
  return { state, firstDay, lastDay: goesOn ? undefined : (termination?.termination_date ?? end) };
}

async function departmentOf(current: Employment | undefined, get: Get): Promise<unknown> {
  const units = current?.org_units;
  const department = units?.find(({ type }) => type === 'department');
  if (department === undefined) return units && null;
  const unit = await get(`/v2/org-units/${encodeURIComponent(department.id)}`, { type: 'department' });
  return unit === undefined ? undefined : readAs(NamedSchema, unit).name;
}

async function supervisorOf(current: Employment | undefined, get: Get): Promise<unknown> {
  const supervisor = current?.supervisor;
  if (!supervisor?.id) return supervisor === null ? null : undefined;
  const person = await get(`/v2/persons/${encodeURIComponent(supervisor.id)}`);
  return person === undefined ? undefined : readAs(PersonSchema, person).email;
}
