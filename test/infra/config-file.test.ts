import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { configPath, loadConfigFile } from '../../infra/config-file.ts';
import { configHash } from '../../lib/config/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}
const valid = `{ "company": "Example AG", "offboarding": { "mode": "delete" } }`;

test('the example configuration at the root is valid, and its examples hold', async () => {
  const { config, json, hash } = await loadConfigFile(join(root, 'lifecycle.config.ts'));
  expect(JSON.parse(json)).toEqual(config);
  expect(hash).toBe(configHash(config));
  expect(config.examples.length).toBeGreaterThanOrEqual(config.policy.rules.length);
});

test.each([
  ['a.json', valid],
  ['a.mjs', `export default ${valid};`],
  ['a.ts', `interface Named { company: string }\nconst named: Named = ${valid};\nexport default named;`],
])('%s outside the clone is read without defineConfig', async (name, text) => {
  const loaded = await loadConfigFile(await file(name, text));
  expect(loaded).toMatchObject({ config: { company: 'Example AG' }, path: join(folder, name) });
});

test.each([
  ['broken.json', '{', 'could not be read: '],
  ['broken.mjs', 'export default {', 'could not be read: '],
  ['throws.mjs', 'throw new Error("first\\nsecond")', 'could not be read: first.'],
  ['named.mjs', 'export const config = {};', 'has no default export, write export default { ... }.'],
  ['wrong.json', '{ "company": "" }', 'company: '],
  ['unchecked.json', '{ "company": "A" }', 'offboarding: there is no default'],
])('%s is refused in one line that names the file', async (name, text, problem) => {
  const path = await file(name, text);
  const error = await loadConfigFile(path).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(`${path}: ${problem}`) });
  expect(error).toMatchObject({ message: expect.stringMatching(/^.*$/) });
});

test('a file that does not exist is one clear line', async () => {
  const path = join(folder, 'absent.ts');
  await expect(loadConfigFile(path)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: `${path}: no such file.`,
  });
});

test('the argument goes before the variable, the variable before the folder', async () => {
  const home = join(folder, 'home');
  await mkdir(home);
  expect(() => configPath([], {}, home)).toThrow(`in ${home}.`);
  await writeFile(join(home, 'lifecycle.config.json'), valid);
  expect(configPath([], {}, home)).toBe(join(home, 'lifecycle.config.json'));
  await writeFile(join(home, 'lifecycle.config.ts'), '');
  expect(configPath([], {}, home)).toBe(join(home, 'lifecycle.config.ts'));
  const env = { LIFECYCLE_CONFIG: '/etc/two.json' };
  expect(configPath([], env, home)).toBe('/etc/two.json');
  expect(configPath(['--plan', '--config', '../one.mjs'], env, home)).toBe(join(folder, 'one.mjs'));
  expect(configPath(['--config=one.ts', 'sub'], env, home)).toBe(join(home, 'one.ts'));
});

test('a name that was given and does not exist never falls back to another file', () => {
  expect(configPath(['--config', 'absent.ts'], {}, root)).toBe(join(root, 'absent.ts'));
  expect(() => configPath(['--config'], {}, root)).toThrow('--config is not followed by a file.');
});

const found = (tenant: string, host = 'api.bitsighttech.com') => ({
  schema: 1,
  tenant,
  host,
  version: '0.1.0',
  reading: {
    at: '2026-01-31T10:00:00.000Z',
    findings: [{ id: 'email-filter', asked: 'a', seen: 'b', verdict: 'as assumed' }],
  },
});
const probed = async (name: string, results: unknown) => {
  const home = join(folder, name);
  await mkdir(home);
  await writeFile(join(home, 'acme.json'), valid.replace('{', '{ "tenant": "acme",'));
  await writeFile(join(home, 'capabilities.json'), JSON.stringify(results));
  return join(home, 'acme.json');
};

describe('what was probed', () => {
  test('becomes part of the configuration beside it and of its hash, which no later date or wording changes', async () => {
    const path = await probed('probed', found('acme'));
    const first = await loadConfigFile(path);
    expect(first.config.capabilities).toEqual({ 'email-filter': 'as assumed' });
    expect(JSON.parse(first.json)).toEqual(first.config);
    const later = found('acme');
    later.reading.at = '2026-02-28T10:00:00.000Z';
    await writeFile(join(folder, 'probed', 'capabilities.json'), JSON.stringify(later));
    expect((await loadConfigFile(path)).hash).toBe(first.hash);
    await rm(join(folder, 'probed', 'capabilities.json'));
    expect((await loadConfigFile(path)).hash).not.toBe(first.hash);
  });

  test.each([
    ['of another tenant', found('other')],
    ['at another address', found('acme', '127.0.0.1')],
  ])('%s proves nothing here', async (name, results) => {
    const { config } = await loadConfigFile(await probed(name, results));
    expect(config).not.toHaveProperty('capabilities');
  });

  test('is refused when it was changed by hand into something that no probe writes', async () => {
    const path = await probed('changed', { ...found('acme'), deactivate: true });
    await expect(loadConfigFile(path)).rejects.toThrow('capabilities.json: is not as this version writes it');
  });

  test('cannot be claimed by the configuration itself, since a proof is made and not written', async () => {
    const claims = valid.replace('{', '{ "capabilities": { "patch-status-deactivated": "as assumed" },');
    const path = await file('claims.json', claims);
    await expect(loadConfigFile(path)).rejects.toThrow('capabilities: no such setting');
  });
});
