import * as z from 'zod';
import { basic, json, type Json, startStandIn } from './stand-in.ts';

const SearchSchema = z.strictObject({
  fields: z.array(z.string().regex(/^[\w.]+$/)).max(400),
  filters: z
    .array(
      z.strictObject({
        fieldPath: z.enum(['root.id', 'root.email']),
        operator: z.literal('equals'),
        values: z.array(z.string()),
      }),
    )
    .max(1),
  showInactive: z.boolean(),
  humanReadable: z.enum(['APPEND', 'REPLACE']),
});

/** Of an employee: a field by its id, with what Bob shows for it where that differs; `inactive`: found only when asked for. */
export interface BobEmployee {
  fields: Record<string, string | null | { machine: string; human: string }>;
  inactive?: boolean;
}

/**
 * `POST /v1/people/search` as apidocs.hibob.com has it (post_people-search, people-read-api-contract): service user by
 * Basic, one filter, no more than 400 fields; what may not be seen is left out, values stand under the id with slashes and
 * in objects within each other, and once more as Bob shows them.
 */
export function startHibob(serviceUser: string, people: Record<string, BobEmployee>) {
  return startStandIn(({ method, headers, body }, { pathname, search }) => {
    if (method !== 'POST' || pathname !== '/v1/people/search' || search !== '') return undefined;
    if (headers.authorization !== basic(serviceUser)) return json(401, { error: 'Unauthorized' });
    if (headers['content-type'] !== 'application/json') return undefined;
    const asked = SearchSchema.safeParse(JSON.parse(body.toString()));
    if (!asked.success) return json(400, { error: asked.error.message });
    const ids = asked.data.filters.flatMap(({ values }) => values);
    const found = ids.flatMap((id) => {
      const employee = people[id];
      const isShown = employee !== undefined && (asked.data.showInactive || employee.inactive !== true);
      return isShown ? [answered(id, employee, asked.data.fields)] : [];
    });
    return json(200, { employees: found });
  });
}

function answered(id: string, { fields }: BobEmployee, asked: string[]): Json {
  const employee: Json = { id };
  const humanReadable: Json = {};
  const all = { 'root.id': id, ...fields };
  for (const [field, value] of Object.entries(all)) {
    if (!asked.includes(field)) continue;
    const { machine, human } = typeof value === 'object' && value !== null ? value : { machine: value, human: value };
    employee[`/${field.replaceAll('.', '/')}`] = { value: machine };
    nest(employee, field, machine);
    if (human !== null) nest(humanReadable, field, human);
  }
  return { ...employee, humanReadable };
}

function nest(object: Json, field: string, value: unknown): void {
  const path = field.split('.').filter((part) => part !== 'root');
  const last = path.pop() ?? '';
  let place = object;
  for (const part of path) {
    const next = place[part];
    place = typeof next === 'object' && next !== null ? (next as Json) : (place[part] = {}); // -- ours, made here
  }
  place[last] = value;
}
