import { json, type Json, startStandIn } from './stand-in.ts';

export interface PersonioCompany {
  client: { id: string; secret: string };
  persons: Record<string, Json>;
  /** Of a person, the most recent first. */
  employments?: Record<string, Json[]>;
  departments?: Record<string, string>;
}

const TOKEN = 'papi-token-of-the-stand-in';
const problem = (status: number, title: string) =>
  json(status, { personio_trace_id: 'trace', errors: [{ title }] }, { 'content-type': 'application/problem+json' });

/**
 * `POST /v2/auth/token`, `GET /v2/persons/{id}`, `…/employments`, `GET /v2/org-units/{id}` as Personio's OpenAPI documents
 * have them (credentials-service-api-v2, persons-service-api-v2, employment-contract-v2, organization management).
 */
export function startPersonio({ client, persons, employments = {}, departments = {} }: PersonioCompany) {
  return startStandIn(
    ({ method, headers, body }, { pathname }) => {
      if (method !== 'POST' || pathname !== '/v2/auth/token') return undefined;
      if (headers['content-type'] !== 'application/x-www-form-urlencoded')
        return json(400, { error: 'invalid_request' });
      const form = Object.fromEntries(new URLSearchParams(body.toString()));
      const wanted = { grant_type: 'client_credentials', client_id: client.id, client_secret: client.secret };
      const isRight = JSON.stringify(form) === JSON.stringify(wanted);
      return isRight
        ? json(200, { access_token: TOKEN, expires_in: 86_400, token_type: 'Bearer', scope: 'personio:persons:read' })
        : json(400, { error: 'unauthorized_client' });
    },
    ({ method, headers }, { pathname, searchParams }) => {
      if (method !== 'GET') return undefined;
      if (headers.authorization !== `Bearer ${TOKEN}`) return problem(401, 'Unauthorized');
      const [, of, id = '', rest] = /^\/v2\/(persons|org-units)\/([^/]+)(\/employments)?$/.exec(pathname) ?? [];
      const query = searchParams.toString();
      if (of === 'persons' && rest === undefined && query === '') return found(persons[id]);
      if (of === 'persons' && rest !== undefined && query === 'limit=50')
        return found(id in persons ? { _data: employments[id] ?? [], _meta: { links: {} } } : undefined);
      if (of === 'org-units' && query === 'type=department') {
        const name = departments[id];
        return found(name === undefined ? undefined : { id, type: 'department', name });
      }
      return undefined;
    },
  );
}

function found(answer: Json | undefined) {
  return answer === undefined ? problem(404, 'Resource not found') : json(200, answer);
}
