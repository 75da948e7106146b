import { expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import type { CreateUser, Users } from '../../../lib/bitsight/index.ts';
import { GUID, html, json, NEW_TOKEN, TOKEN, userWith, withBitsight } from '../../support/bitsight.ts';

const MAIL = 'ines.secret@example.com';
const NAME = 'Ines Secretname';
const NEW: CreateUser = { formal_name: NAME, email: MAIL, roles: [{ slug: 'customer_user' }] };
const ECHO = { detail: { email: [`${MAIL} of ${NAME} is taken`] } };

const FAILURES = {
  reset: 'lost',
  silence: 'silence',
  refusal: json(400, ECHO),
  'refused token': json(401, ECHO),
  'missing permission': json(403, ECHO),
  'missing user': json(404, ECHO),
  'rate limit': json(429, ECHO, { 'retry-after': '5' }),
  'server error': json(500, ECHO),
  page: html(403),
  redirect: { status: 302, headers: { location: `https://example.com/?email=${MAIL}` }, body: '' },
  'cut JSON': { status: 200, body: `{"email":"${MAIL}","formal_name":"${NAME}` },
  'other shape': json(200, { guid: 5, email: MAIL, results: [{ [MAIL]: NAME }] }),
  'foreign link': json(200, { count: 2, links: { next: `https://example.com/?email=${MAIL}` }, results: [userWith()] }),
  'idle link': json(200, { count: 2, links: { next: `?email=${MAIL}&offset=0` }, results: [userWith()] }),
  'incomplete list': json(200, { count: 2, links: {}, results: [userWith({ email: MAIL })] }),
} as const;

const ACTS: ((users: Users) => Promise<unknown>)[] = [
  (users) => users.get(GUID),
  (users) => users.create(NEW),
  (users) => users.update(GUID, { email: MAIL }),
  (users) => users.remove(GUID),
  (users) => Array.fromAsync(users.list({ email: MAIL, formal_name_q: NAME })),
  (users) => users.listComplete({ email_q: MAIL }),
];

const SECRETS = [
  TOKEN,
  NEW_TOKEN,
  btoa(`${TOKEN}:`),
  btoa(`${NEW_TOKEN}:`),
  MAIL,
  encodeURIComponent(MAIL),
  NAME,
  GUID,
];
const secretsIn = (thing: unknown): string[] => {
  const text = inspect(thing, { depth: Infinity, showHidden: true, maxStringLength: null, maxArrayLength: null });
  return SECRETS.filter((secret) => text.includes(secret));
};

test.each(Object.entries(FAILURES))(
  'after %s neither error nor record holds a token, a body, a name, a guid or an e-mail',
  async (_name, answer) => {
    await withBitsight(
      [answer],
      async ({ client, records }) => {
        const ended = await Promise.allSettled(ACTS.map((act) => act(client.users)));
        const errors = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
        expect(errors.length).toBeGreaterThan(0);
        expect(errors.flatMap(secretsIn)).toEqual([]);
        expect(records.length).toBeGreaterThan(0);
        expect(secretsIn(records)).toEqual([]);
      },
      { timeoutMs: 150 },
    );
  },
);

test('an invalid request is refused without quoting it', async () => {
  await withBitsight([], async ({ client }) => {
    const acts = [
      client.users.create({ ...NEW, email: `${NAME} <${MAIL}>` }),
      client.users.get(MAIL),
      client.users.page({ 'roles.slug': [`${MAIL},${NAME}`] }),
    ];
    for (const ended of await Promise.allSettled(acts)) {
      expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'BITSIGHT_REQUEST_INVALID' } });
      expect(secretsIn(ended)).toEqual([]);
    }
  });
});
