import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { GROUPS } from '../../../infra/local/bitsight-simulator/population.ts';
import { SwitchesSchema, type SwitchesInput } from '../../../infra/local/bitsight-simulator/switches.ts';
import { ANNA, bench } from './ask.ts';
import { switchTable } from './switch-table.ts';

type Bench = ReturnType<typeof bench>;
/** A switch turned, a question, its answer by default, its answer with the switch turned. */
type Case = [SwitchesInput, (at: Bench) => Promise<unknown>, unknown, unknown];

const post = (body: object) => async (at: Bench) => (await at.ask('POST', '/v2/users', { ...ANNA, ...body })).status;
const list = (query: string) => async (at: Bench) => (await at.page(query)).results.map(({ email }) => email);
const admin = { roles: ['customer_admin'], status: 'Activated' } as const;
/** What `read` sees of Anna after a PATCH, or the status where it is refused. */
const patch = (body: object, read: (anna: object) => unknown) => async (at: Bench) => {
  const { guid } = at.core.create({
    ...ANNA,
    roles: ['customer_user'],
    features: [{ slug: 'wfh-ro', value: true, can_update: true }],
  });
  const { status } = await at.ask('PATCH', `/v2/users/${guid}`, body);
  return status === 200 ? read(at.core.user(guid) ?? {}) : status;
};
const withPeople = (query: string) => async (at: Bench) => {
  at.core.create({
    email: 'Ann.Oda@example.com',
    formal_name: 'Ann Oda',
    joined_time: 2,
    is_available_for_contact: true,
  });
  at.core.create({
    email: 'joann@example.com',
    formal_name: 'Jo Ann',
    joined_time: 3,
    guid: '00000000-0000-4000-8000-000000000000',
  });
  return list(query)(at);
};
const [ann, jo, token] = ['Ann.Oda@example.com', 'joann@example.com', 'api-token-1@example.com'];

const CASES: { [K in keyof SwitchesInput]-?: Case[] } = {
  duplicateEmail: [[{ duplicateEmail: 'allow' }, post({ email: 'API-token-1@example.com' }), 400, 201]],
  emailFilter: [
    [{ emailFilter: 'case-insensitive' }, withPeople('?email=ann.oda@EXAMPLE.com'), [], [ann]],
    [{ emailFilter: 'substring' }, withPeople('?email=ann'), [], [jo, ann]],
  ],
  searchMatch: [[{ searchMatch: 'prefix' }, withPeople('?email_q=ANN'), [jo, ann], [ann]]],
  tokensHidden: [[{ tokensHidden: false }, list(''), [], [token]]],
  tokenFilter: [
    [{ tokenFilter: 'include' }, withPeople('?is_company_api_token=true&sort=-email'), [token], [jo, token, ann]],
  ],
  contactsHidden: [[{ contactsHidden: true }, withPeople(''), [jo, ann], [jo]]],
  postMissingRoles: [[{ postMissingRoles: 'refuse' }, post({ roles: undefined }), 201, 400]],
  postMissingFriendlyName: [[{ postMissingFriendlyName: 'refuse' }, post({}), 201, 400]],
  postStatus: [
    [
      { postStatus: 'ignored' },
      async (at) => (await at.ask('POST', '/v2/users', { ...ANNA, status: 'Activated' })).body,
      expect.objectContaining({ status: 'Activated' }),
      expect.objectContaining({ status: 'Created' }),
    ],
    [{ postStatus: 'refused' }, post({ status: 'Activated' }), 201, 400],
  ],
  patchStatus: [
    [
      { patchStatus: 'honoured' },
      patch({ status: 'Deactivated' }, (anna) => anna),
      expect.objectContaining({ status: 'Created' }),
      expect.objectContaining({ status: 'Deactivated' }),
    ],
    [{ patchStatus: 'refused' }, patch({ status: 'Deactivated' }, () => 200), 200, 400],
  ],
  patchAnswer: [
    [
      { patchAnswer: 'empty' },
      async (at) => {
        const { guid } = at.core.create({});
        return (await at.ask('PATCH', `/v2/users/${guid}`, { formal_name: 'X' })).text;
      },
      expect.stringContaining('"formal_name":"X"'),
      '',
    ],
  ],
  nulls: [[{ nulls: 'ignored' }, patch({ friendly_name: null }, () => 200), 400, 200]],
  featuresPatch: [
    [
      { featuresPatch: 'replace' },
      patch({ features: [{ slug: 'fq-access', value: true }] }, (anna) => anna),
      expect.objectContaining({ features: [{ slug: 'wfh-ro', value: true, can_update: true }, expect.anything()] }),
      expect.objectContaining({ features: [{ slug: 'fq-access', value: true, can_update: true }] }),
    ],
  ],
  unknownFeature: [[{ unknownFeature: 'ignored' }, post({ features: [{ slug: 'nobody', value: true }] }), 400, 201]],
  severalRoles: [
    [{ severalRoles: 'first' }, post({ roles: [{ slug: 'customer_user' }, { slug: 'vrm_admin' }] }), 400, 201],
  ],
  groupBody: [[{ groupBody: 'either' }, post({ group: { guid: GROUPS[1]?.guid } }), 400, 201]],
  unknownFields: [[{ unknownFields: 'refused' }, post({ colour: 'blue' }), 201, 400]],
  timeFormat: [
    [
      { timeFormat: 'space' },
      async (at) => {
        at.core.create({ last_login_time: Date.UTC(2026, 0, 2, 3, 4, 5, 6), joined_time: Date.UTC(2025, 0, 1) });
        return (await at.page()).results;
      },
      [
        expect.objectContaining({
          last_login_time: expect.stringMatching(/^2026-01-02T03:04:05\.006\d{3}Z$/),
          joined_time: '2025-01-01T00:00:00Z',
        }),
      ],
      [expect.objectContaining({ last_login_time: '2026-01-02 03:04:05', joined_time: '2025-01-01 00:00:00' })],
    ],
  ],
  limitDefault: [[{ limitDefault: 1 }, withPeople(''), [jo, ann], [jo]]],
  limitMaximum: [[{ limitMaximum: 1 }, withPeople('?limit=50'), [jo, ann], [jo]]],
  defaultOrder: [
    [{ defaultOrder: 'joined_time' }, withPeople(''), [jo, ann], [ann, jo]],
    [{ defaultOrder: 'email' }, withPeople(''), [jo, ann], [ann, jo]],
    [
      { defaultOrder: 'unstable' },
      async (at) => {
        for (let i = 0; i < 30; i += 1) at.core.create({ email: `${i}@example.com` });
        const [first, second] = [await list('')(at), await list('')(at)];
        return { same: first.join() === second.join(), set: new Set(first).size };
      },
      { same: true, set: 30 },
      { same: false, set: 30 },
    ],
  ],
  badQuery: ['limit=many', 'offset=-1', 'sort=colour', 'is_company_api_token=maybe'].map((query) => [
    { badQuery: 'refused' },
    async (at: Bench) => (await at.ask('GET', `/v2/users?${query}`)).status,
    200,
    400,
  ]),
  errorShape: [
    [
      { errorShape: 'ApiError' },
      async (at) => (await at.ask('GET', '/v2/nothing')).body,
      { detail: 'Not found.' },
      { title: 'Error 404', status: 404, detail: 'Not found.' },
    ],
  ],
  currentUserEndpoint: [
    [{ currentUserEndpoint: false }, async (at) => (await at.ask('GET', '/v2/users/current')).status, 200, 404],
  ],
  malformedGuid: [[{ malformedGuid: 400 }, async (at) => (await at.ask('GET', '/v2/users/james123')).status, 404, 400]],
  detailOmitsNewFields: [
    [
      { detailOmitsNewFields: false },
      async (at) => (await at.ask('GET', `/v2/users/${at.core.create({}).guid}`)).body,
      expect.not.objectContaining({ mfa_status: expect.anything() }),
      expect.objectContaining({
        mfa_status: 'not_enabled',
        landing_page: 'DEFAULT',
        preferred_contact_for_entities: [],
      }),
    ],
  ],
  lastAdminDelete: [
    [
      { lastAdminDelete: 'refuse' },
      async (at) =>
        (await at.ask('DELETE', `/v2/users/${at.core.create({ ...admin, roles: [...admin.roles] }).guid}`)).status,
      204,
      400,
    ],
  ],
  deleteSelf: [
    [
      { deleteSelf: 'refuse' },
      async (at) => {
        const [own] = at.core.usersWith(token ?? '');
        const { status } = await at.ask('DELETE', `/v2/users/${own?.guid}`);
        return [status, (await at.ask('GET', '/v2/users')).status];
      },
      [204, 401],
      [400, 200],
    ],
  ],
  monthlyCreations: [[{ monthlyCreations: 0 }, post({}), 201, 400]],
  activeQuota: [[{ activeQuota: 0 }, post({}), 201, 400]],
  exhaustedStatus: [[{ exhaustedStatus: 402, monthlyCreations: 0 }, post({}), 201, 402]],
  maximumConcurrent: [
    [
      { maximumConcurrent: 1 },
      async (at) => {
        at.core.faults.set([{ kind: 'slow', ms: 1 }]);
        return (await Promise.all([at.ask('GET', '/v2/users'), at.ask('GET', '/v2/users')])).map(
          ({ status }) => status,
        );
      },
      [200, 200],
      [200, 429],
    ],
  ],
  tokenMaker: [
    [
      { tokenMaker: true },
      async (at) => {
        at.core.create({ email: 'maker@example.com', roles: ['customer_admin'] });
        return (await at.ask('GET', '/v1/customers/current/api-tokens')).body;
      },
      [expect.not.objectContaining({ created_by: expect.anything() })],
      [expect.objectContaining({ created_by: 'maker@example.com' })],
    ],
  ],
  trailingSlash: [[{ trailingSlash: false }, async (at) => (await at.ask('GET', '/v2/users/')).status, 200, 404]],
};
const rows = Object.values(CASES).flat();

test.each(rows)(
  'turned to %j the answer is another one than by default',
  async (turned, question, byDefault, otherwise) => {
    const options = { users: 0, companyTokens: 1 };
    expect(await question(bench(options))).toEqual(byDefault);
    expect(await question(bench({ ...options, switches: turned }))).toEqual(otherwise);
  },
);

const cells = (text: string): string => text.replaceAll(/ +|-{3,}/g, ' ');

test('the README lists every switch with its default and how sure it is', () => {
  const readme = readFileSync('infra/local/bitsight-simulator/README.md', 'utf8');
  expect(cells(readme)).toContain(cells(switchTable()));
  expect(Object.keys(SwitchesSchema.shape).toSorted()).toEqual(Object.keys(CASES).toSorted());
});

test('a switch nobody knows is an error, not silence', () => {
  expect(() => SwitchesSchema.parse({ emailfilter: 'exact' })).toThrow('emailfilter');
});
