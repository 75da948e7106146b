import { json, type Json, startStandIn } from './stand-in.ts';

/**
 * `GET /api/v1/users/{id}` as developer.okta.com/docs/api/openapi/okta-management has it: `SSWS`, the id or the login in
 * the address, 401 and 404 as error objects.
 */
export function startOkta(token: string, users: Record<string, Json>) {
  return startStandIn(({ method, headers }, { pathname, search }) => {
    const [, name] = /^\/api\/v1\/users\/([^/]+)$/.exec(pathname) ?? [];
    if (method !== 'GET' || name === undefined || search !== '') return undefined;
    if (headers.authorization !== `SSWS ${token}`)
      return json(401, { errorCode: 'E0000011', errorSummary: 'Invalid token provided' });
    const user = users[name];
    return user === undefined
      ? json(404, { errorCode: 'E0000007', errorSummary: `Not found: Resource not found: ${name} (User)` })
      : json(200, user);
  });
}

/**
 * `GET /api/v1/apps/{id}/users?limit=…` as the reference has it: pages in the order of the list, the next one named by a
 * header `Link` with an opaque cursor, beside one for the page itself.
 */
export function startOktaApp(
  token: string,
  app: string,
  users: Json[],
  pageSize = 2,
  host = 'https://elsewhere.example.com',
) {
  return startStandIn(({ method, headers }, { pathname, searchParams }) => {
    if (method !== 'GET' || !pathname.startsWith('/api/v1/apps/') || searchParams.get('limit') !== '500')
      return undefined;
    if (headers.authorization !== `SSWS ${token}`) return json(401, { errorCode: 'E0000011' });
    if (pathname !== `/api/v1/apps/${app}/users`) return json(404, { errorCode: 'E0000007' });
    const from = Number((searchParams.get('after') ?? 'cursor0').slice('cursor'.length));
    const self = `<${host}${pathname}?limit=500>; rel="self"`;
    const next = `<${host}${pathname}?after=cursor${from + pageSize}&limit=500>; rel="next"`;
    const isLast = from + pageSize >= users.length;
    return json(200, users.slice(from, from + pageSize), { link: isLast ? self : `${self}, ${next}` });
  });
}

/** As the reference shows a user, with an invented one. */
export function oktaUser(id: string, profile: Json, status = 'ACTIVE'): Json {
  return {
    id,
    status,
    created: '2013-06-24T16:39:18.000Z',
    activated: '2013-06-24T16:39:19.000Z',
    statusChanged: '2013-06-24T16:39:19.000Z',
    lastLogin: '2013-06-24T17:39:19.000Z',
    lastUpdated: '2013-07-02T21:36:25.344Z',
    passwordChanged: '2013-07-02T21:36:25.344Z',
    profile: { login: 'kim', mobilePhone: null, ...profile },
    credentials: { provider: { type: 'OKTA', name: 'OKTA' } },
    _links: { self: { href: `https://example.okta.com/api/v1/users/${id}` } },
  };
}
