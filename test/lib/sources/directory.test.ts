import { expect, test } from '@jest/globals';
import { createDirectory } from '../../../lib/sources/directory.ts';
import { NOON, sourcesWith } from '../../support/deliveries.ts';
import { startBamboohr } from '../../support/hr/bamboohr.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';

const CALL = { said: NOON, timeoutMs: 5000 };
const clock = { now: () => NOON };

/** Over a source of BambooHR at `baseUrl`; `keys`: what the secret reads, and what it reads anew. */
function directoryAt(baseUrl: string, [current = '', renewed = current]: string[] = ['key']) {
  const sources = sourcesWith({
    hr: { kind: 'bamboohr', secret: 'hr', fetch: { secret: 'hr-key', baseUrl } },
    fat: { kind: 'bamboohr', secret: 'fat' },
  });
  const asked: string[] = [];
  const secrets = {
    current: (name: string, { refresh = false } = {}) => {
      asked.push(name);
      return Promise.resolve(refresh ? renewed : current);
    },
  };
  return { asked, ...createDirectory({ sources, secrets, fetch, clock }) };
}

test('each source is asked with its own key, and one without a fetcher, or that is gone, is not asked', async () => {
  const hr = await startBamboohr('key', { 7: { firstName: 'Kim' } });
  const directory = directoryAt(hr.url);
  expect(await directory.find('hr', '7', CALL)).toMatchObject({ attributes: { firstName: 'Kim' } });
  expect(directory.asked).toEqual(['hr-key']);
  expect(await directory.find('fat', '7', CALL)).toBe('no-fetcher');
  expect(await directory.find('gone', '7', CALL)).toBe('no-fetcher');
  expect(hr.calls).toHaveLength(1);
  await hr.stop();
});

test('a key that was renewed is read anew and tried once; one that was not is not tried twice', async () => {
  const hr = await startBamboohr('new', { 7: { firstName: 'Kim' } });
  expect(await directoryAt(hr.url, ['old', 'new']).find('hr', '7', CALL)).toMatchObject({ attributes: {} });
  expect(hr.calls).toHaveLength(2);
  await expect(directoryAt(hr.url, ['old']).find('hr', '7', CALL)).rejects.toMatchObject({ code: 'DIRECTORY_REFUSED' });
  expect(hr.calls).toHaveLength(3);
  await hr.stop();
});

test('a path of the base address stays, and the key goes nowhere else', async () => {
  const other = await startScriptedServer(() => ({ status: 200, body: '{"id":"7"}' }));
  const hr = await startScriptedServer((_, n) =>
    n === 1 ? { status: 200, body: '{"id":"7"}' } : { status: 307, headers: { location: other.url }, body: '' },
  );
  const directory = directoryAt(`${hr.url}/gateway/`);
  expect(await directory.find('hr', '7', CALL)).toMatchObject({ attributes: {} });
  expect(hr.calls[0]?.path).toMatch(/^\/gateway\/api\/v1\/employees\/7\?/);
  await expect(directory.find('hr', '7', CALL)).rejects.toMatchObject({ code: 'DIRECTORY_REFUSED' });
  expect(other.calls).toEqual([]);
  await Promise.all([other.stop(), hr.stop()]);
});

test.each([
  ['never comes', 'silence'],
  ['breaks off', 'lost'],
] as const)('an answer that %s is none, and takes no longer than its deadline', async (_, answer) => {
  const hr = await startScriptedServer(() => answer);
  const asked = directoryAt(hr.url).find('hr', '7', { said: NOON, timeoutMs: 50 });
  await expect(asked).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
  await hr.stop();
});
