import * as z from 'zod';
import type { Attribute } from '../../lifecycle/event.ts';
import { readAs } from '../delivery.ts';
import type { Fetcher } from '../directory.ts';
import { attributesOf, employmentOf, type State } from '../hr-record.ts';
import { dateValue, plainValue } from '../values.ts';
import type { HibobConfig } from './translate.ts';

/** Ids of Bob's own fields. Divisions and cost centres are each company's own: asked for only where the configuration names them. */
const FIELDS: Partial<Record<Attribute, string>> = {
  email: 'root.email',
  firstName: 'root.firstName',
  lastName: 'root.surname',
  displayName: 'root.displayName',
  department: 'work.department',
  jobTitle: 'work.title',
  location: 'work.site',
  employmentType: 'payroll.employment.type',
  managerEmail: 'work.reportsTo.email',
};
const ID = 'root.id';
const STATUS = 'internal.status';
const LIFECYCLE = 'internal.lifecycleStatus';
const START = 'work.startDate';
const END = 'internal.terminationDate';

const EmployeeSchema = z.record(z.string(), z.unknown());
const AnswerSchema = z.object({ employees: z.array(EmployeeSchema) });
type Employee = z.infer<typeof EmployeeSchema>;
const CellSchema = z.object({ value: z.unknown() });

/**
 * `POST /v1/people/search` for one id, also of people who left: that the answer is then an empty list is documented, how
 * an unknown id in an address is answered is not. Basic with `service user id:token`. What the service user may not see
 * is left out without a word. From HiBob's pages; tried against our stand-in alone.
 */
export function hibobFetcher(config: HibobConfig): Fetcher {
  const names = { ...FIELDS, ...config.fields };
  const fields = [ID, STATUS, LIFECYCLE, START, END, ...Object.values(names)];
  return async ({ employeeId, said, credential, call }) => {
    const filters = [{ fieldPath: ID, operator: 'equals', values: [employeeId] }];
    const answer = await call({
      method: 'POST',
      path: '/v1/people/search',
      headers: {
        authorization: `Basic ${Buffer.from(credential).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ fields, filters, showInactive: true, humanReadable: 'APPEND' }),
    });
    const { employees } = readAs(AnswerSchema, answer);
    const employee = employees.find((one) => machine(one, ID) === employeeId);
    if (employee === undefined) return undefined;
    const day = (id: string) => readAs(dateValue.optional(), machine(employee, id), [id]);
    return {
      // values of lists are ids; people write rules with their names
      attributes: attributesOf(names, (id) => human(employee, id) ?? machine(employee, id)),
      employment: employmentOf(
        { state: stateOf(employee), firstDay: day(START), lastDay: day(END) },
        said,
        config.timeZone,
      ),
    };
  };
}

/** A field under its id with slashes, `/work/department: { value }`; undefined: not to be seen. */
function machine(employee: Employee, id: string): unknown {
  const cell = employee[`/${id.replaceAll('.', '/')}`];
  return cell === undefined ? undefined : (readAs(CellSchema, cell, [id]).value ?? null);
}

/** The same as Bob shows it, in objects within each other; those of `root` stand at the top. */
function human(employee: Employee, id: string): unknown {
  const path = ['humanReadable', ...id.split('.').filter((part) => part !== 'root')];
  return path.reduce<unknown>(
    (found, part) => (isObject(found) && Object.hasOwn(found, part) ? found[part] : undefined),
    employee,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const STATES: Partial<Record<string, State>> = {
  hired: 'ahead',
  employed: 'active',
  gardenleave: 'ended',
  terminated: 'ended',
};

/** Companies add lifecycle statuses of their own, most of them leaves: whether those are at work says the other field. */
function stateOf(employee: Employee): State | undefined {
  const words = (id: string) =>
    [machine(employee, id), human(employee, id)].map((value) =>
      readAs(plainValue.optional(), value, [id])
        ?.toLowerCase()
        .replaceAll(/[^a-z]/g, ''),
    );
  const known = words(LIFECYCLE).map((word) => STATES[word ?? '']);
  const statuses = words(STATUS);
  const fallback = statuses.includes('inactive') ? 'suspended' : statuses.includes('active') ? 'active' : undefined;
  return known.find((state) => state !== undefined) ?? fallback;
}
