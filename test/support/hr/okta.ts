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
