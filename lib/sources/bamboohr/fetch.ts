import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { ATTRIBUTES } from '../../lifecycle/event.ts';
import { readAs } from '../delivery.ts';
import type { Fetcher } from '../directory.ts';
import { employmentOf } from './employment.ts';
import { type BamboohrConfig, type Field, FIELDS, fieldsOf } from './fields.ts';

/** Names by which BambooHR's specification and pages call the fields; it has none for the others, so they are asked for only where the configuration names them. */
const ALIASES: Partial<Record<Field, string>> = {
  email: 'workEmail',
  firstName: 'firstName',
  lastName: 'lastName',
  displayName: 'displayName',
  department: 'department',
  division: 'division',
  jobTitle: 'jobTitle',
  location: 'location',
  employmentType: 'employmentHistoryStatus',
  status: 'status',
  hireDate: 'hireDate',
  terminationDate: 'terminationDate',
};

/** "A dictionary of the requested employee fields and their values"; `id` is always there, what the key may not see is left out. */
const AnswerSchema = z.looseObject({ id: z.string() });

/**
 * `GET /api/v1/employees/{id}?fields=…`, Basic with the key as user name and any password, 404: "The employee does not
 * exist." All of this from BambooHR's OpenAPI specification; tried against our stand-in alone. What the specification does
 * not say: how often one may ask, and how a name that BambooHR does not know is answered.
 */
export function bamboohrFetcher(config: BamboohrConfig): Fetcher {
  const fields = FIELDS.flatMap((field) => config.fields[field] ?? ALIASES[field] ?? []).join(',');
  return async ({ employeeId, said, credential, call }) => {
    // 0 means "whoever the key belongs to"
    if (employeeId === '0') return undefined;
    const authorization = `Basic ${Buffer.from(`${credential}:x`).toString('base64')}`;
    const path = `/api/v1/employees/${encodeURIComponent(employeeId)}`;
    const answer = await call({ path, query: { fields }, headers: { authorization } });
    if (answer === undefined) return undefined;
    const { id, ...sent } = readAs(AnswerSchema, answer);
    if (id !== employeeId) throw new AppError('DIRECTORY_UNREADABLE', 'BambooHR answered with another id.');
    const { values } = fieldsOf({ id, action: 'updated', changedFields: [], fields: sent }, config, []);
    const known = { values, changed: new Set(FIELDS) }; // a record says how things are, whatever changed last
    return {
      attributes: Object.fromEntries(ATTRIBUTES.filter((name) => name in values).map((name) => [name, values[name]])),
      employment: employmentOf('updated', known, said, config).flatMap(({ employment, from }) =>
        employment === undefined ? [] : [{ value: employment, from }],
      ),
    };
  };
}
