import { expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from '../../../../infra/bundle.ts';
import type * as Sources from '../../../../lib/sources/index.ts';
import { countingIds, NOON } from '../../../support/deliveries.ts';
import { mappingOf, type MappingText } from '../../../support/mapped.ts';
import { sourceFiles } from '../../../support/source-files.ts';

test('bundled as it is deployed, each sort of body is read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mapping-bundle-'));
  try {
    const file = join(folder, 'index.mjs');
    await bundle(fileURLToPath(new URL('../../../../lib/sources/index.ts', import.meta.url)), file);
    // -- the bundle of that very module
    const { translate } = (await import(pathToFileURL(file).href)) as typeof Sources;
    const told = async (body: MappingText['body'], sent: string) => {
      const config = mappingOf({ ...(body && { body }), fields: { employeeId: 'a.id' } });
      const delivery = { raw: Buffer.from(sent), headers: {}, receivedAt: NOON, source: 'hr', config, signed: {} };
      return (await translate(delivery, countingIds())).map(({ employeeId }) => employeeId);
    };
    expect(await told('json', '{"a":{"id":7}}')).toEqual(['7']);
    expect(await told('form', 'a[id]=7')).toEqual(['7']);
    expect(await told('xml', '<a><id>7</id></a>')).toEqual(['7']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const loaded = (name: string, files: string[]) =>
  files.filter((file) => new RegExp(`from '[^']*${name}'`).test(readFileSync(file, 'utf8')));

test('the language of mappings and the XML parser are loaded only by whoever needs them, since the door starts cold', () => {
  const files = sourceFiles('lib', 'functions');
  const outside = files.filter((file) => !file.startsWith('lib/sources/mapping/'));
  expect(loaded('/mapping/[a-z]+\\.ts', outside)).toEqual([]);
  expect(loaded('/xml\\.ts', files)).toEqual([]);
});
