import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimDataDirectory, type DataDirectory } from '../../infra/local/data-directory.ts';
import { openSecretFile } from '../../infra/local/secret-file.ts';
import { parseConfig } from '../../lib/config/index.ts';

const config = parseConfig(
  {
    company: 'Example',
    sources: {
      hooks: { kind: 'standard-webhooks', secret: 'hooks-key' },
      bamboo: { kind: 'bamboohr', secret: 'bamboo-key' },
    },
  },
  'test',
);
let data: DataDirectory;
let file: string;
beforeEach(() => {
  data = claimDataDirectory(mkdtempSync(join(tmpdir(), 'secret-file-')));
  file = data.at('secrets.json');
});
afterEach(() => {
  data.release();
  rmSync(data.path, { recursive: true });
});
const onDisk = (): Record<string, string> => JSON.parse(readFileSync(file, 'utf8'));

describe('the file of secrets', () => {
  test('makes what the configuration needs, each in the form its sender uses, for the owner only', () => {
    openSecretFile(data, config, 'token-of-the-simulator');
    expect(Object.keys(onDisk()).sort()).toEqual(['bamboo-key', 'bitsight-api-token', 'hooks-key', 'mail-hash-key']);
    const { 'bitsight-api-token': token, 'hooks-key': hooks = '', 'bamboo-key': bamboo = '' } = onDisk();
    expect(token).toBe('token-of-the-simulator');
    expect(hooks).toMatch(/^whsec_/);
    expect(Buffer.from(hooks.slice('whsec_'.length), 'base64')).toHaveLength(32);
    expect(bamboo).toMatch(/^[\w-]{43}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('keeps what is given, makes what is missing, and takes others out of sight', () => {
    writeFileSync(file, '{"bamboo-key":"given","of-somebody-else":"kept"}', { mode: 0o644 });
    openSecretFile(data, config, 'token');
    expect(onDisk()).toMatchObject({
      'bamboo-key': 'given',
      'of-somebody-else': 'kept',
      'bitsight-api-token': 'token',
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('the next start finds the same values', () => {
    openSecretFile(data, config, 'token');
    const before = onDisk();
    openSecretFile(data, config, 'another token');
    expect(onDisk()).toEqual(before);
  });

  test('a changed value leaves the one before readable, since a sender may still sign with it', () => {
    const secrets = openSecretFile(data, config, 'token');
    const before = secrets.get('bamboo-key');
    secrets.set('bamboo-key', {
      createdAt: 0,
      current: { id: 'x', value: 'new', createdAt: 0 },
      ...(before?.current === undefined ? {} : { previous: before.current }),
    });
    expect(secrets.get('bamboo-key')?.current?.value).toBe('new');
    expect(secrets.get('bamboo-key')?.previous?.value).toBe(before?.current?.value);
    expect(secrets.value('bamboo-key')).toBe('new');
  });

  test('a value is as old as the file that holds it: doctor finds none that is too old', () => {
    const since = Date.now() - 1000;
    expect(openSecretFile(data, config, 'token').get('bamboo-key')?.current?.createdAt).toBeGreaterThan(since);
  });

  test('an edit by hand counts at once', () => {
    const secrets = openSecretFile(data, config, 'token');
    writeFileSync(file, JSON.stringify({ ...onDisk(), 'bamboo-key': 'edited' }));
    expect(secrets.value('bamboo-key')).toBe('edited');
  });

  test.each(['{', '[]', '{"a":1}'])('a file that reads %s is one clear line', (text) => {
    writeFileSync(file, text);
    expect(() => openSecretFile(data, config, 'token')).toThrow(file);
  });
});
