import { basic, json, type Json, type Route, startStandIn } from './stand-in.ts';

/**
 * `GET /api/v1/employees/{id}` as BambooHR's OpenAPI specification has it; see lib/sources/bamboohr/fetch.ts. `faults` answer
 * first.
 */
export async function startBamboohr(key: string, employees: Record<string, Json>, ...faults: Route[]) {
  const server = await startStandIn(...faults, ({ method, headers }, { pathname, searchParams }) => {
    const [, id] = /^\/api\/v1\/employees\/([^/]+)$/.exec(pathname) ?? [];
    if (method !== 'GET' || id === undefined || [...searchParams.keys()].join() !== 'fields') return undefined;
    if (headers.authorization !== basic(`${key}:x`)) return { status: 401, body: '' };
    // without it BambooHR answers in XML
    if (headers.accept !== 'application/json') return { status: 200, body: `<employee id="${id}"/>` };
    const fields = (searchParams.get('fields') ?? '').split(',');
    if (fields.length > 400) return { status: 400, body: '' };
    const employee = employees[decodeURIComponent(id)];
    if (employee === undefined) return { status: 404, body: '' };
    // what the key may not see is left out
    const visible = Object.entries(employee).filter(([name]) => fields.includes(name));
    return json(200, { id, ...Object.fromEntries(visible) });
  });
  return { ...server, employees };
}
