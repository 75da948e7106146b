import { expect, test } from '@jest/globals';
import { assignedTo } from '../../../../lib/sources/okta/assigned.ts';
import { createJsonCall } from '../../../../lib/sources/json-call.ts';
import { startScriptedServer } from '../../../support/scripted-server.ts';

const answered = async (...pages: { body: unknown; link?: string }[]) => {
  const server = await startScriptedServer((_, n) => {
    const { body, link } = pages[Math.min(n, pages.length) - 1] ?? { body: [] };
    const headers = { 'content-type': 'application/json', ...(link !== undefined && { link }) };
    return { status: 200, headers, body: JSON.stringify(body) };
  });
  const signal = AbortSignal.timeout(5000);
  const call = createJsonCall({ baseUrl: server.url, fetch, clock: { now: () => 0 }, signal });
  try {
    return await assignedTo('0oa/1', 'token', call);
  } finally {
    await server.stop();
  }
};
const next = (after: string) =>
  `<https://okta.example.com/x?limit=2>; rel="self", <https://okta.example.com/x?after=${after}>; rel="next"`;

test('a list whose pages never end is not read for ever', async () => {
  const failure = answered({ body: [{ id: '1' }], link: next('a') }, { body: [{ id: '2' }], link: next('a') });
  await expect(failure).rejects.toMatchObject({ code: 'DIRECTORY_UNREADABLE', message: 'Okta names a page twice.' });
});

test.each([
  ['no link', undefined],
  ['no address', '<x>; rel="next"'],
  ['no cursor', '<https://okta.example.com/x>; rel="next"'],
  ['another relation', '<https://okta.example.com/x?after=a>; rel="prev"'],
])('%s is the last page', async (_, link) => {
  expect(
    await answered({ body: [{ id: '1', status: 'ACTIVE' }, { id: 2 }], ...(link !== undefined && { link }) }),
  ).toEqual(new Set(['1', '2']));
});

test.each([
  ['an object', {}],
  ['entries without an id', [{}]],
])('%s is no list', async (_, body) => {
  await expect(answered({ body })).rejects.toMatchObject({ code: 'REQUEST_UNREADABLE' });
});
