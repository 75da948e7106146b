import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { readToken } from '../../../infra/ops/token.ts';

/** A terminal that notes when it was told not to echo. */
function terminal() {
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode(mode: boolean) {
      raw.push(mode);
      return this as never; // -- only the call is looked at
    },
  });
  const prompt = new PassThrough();
  return { raw, input, prompt, source: { env: {}, input, prompt } };
}

test('what is typed is not echoed, may be corrected, and ends with Enter', async () => {
  const { raw, input, prompt, source } = terminal();
  const token = readToken(source);
  for (const key of ['a', 'b', 'x', '\u007f', 'c', '\r']) input.write(key);
  expect(await token).toBe('abc');
  expect(raw).toEqual([true, false]);
  prompt.end();
  expect(await text(prompt)).toBe('Bitsight API token (not shown): \n');
  expect(input.destroyed).toBe(true);
});

test('the echo is off before anybody is asked, so that a token pasted at once is not shown', async () => {
  const { raw, input, prompt, source } = terminal();
  const whenAsked = new Promise<boolean[]>((resolve) => prompt.once('data', () => resolve([...raw])));
  const token = readToken(source);
  expect(await whenAsked).toEqual([true]);
  input.write('abc\r');
  expect(await token).toBe('abc');
});

test.each([
  ['Ctrl-C', '\u0003', 'Cancelled'],
  ['Enter alone', '\r', 'No API token'],
])('%s ends it with the terminal as it was', async (_, key, message) => {
  const { raw, input, source } = terminal();
  const token = readToken(source);
  input.write(key);
  await expect(token).rejects.toThrow(message);
  expect(raw).toEqual([true, false]);
});

test('the variable is taken before anything is asked', async () => {
  const { raw, source } = terminal();
  expect(await readToken({ ...source, env: { BITSIGHT_API_TOKEN: ' abc\n' } })).toBe('abc');
  expect(raw).toEqual([]);
});
