import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { bundle, functionEntry } from '../../infra/bundle.ts';
import { loadConfigFile } from '../../infra/config-file.ts';
import type { FunctionName } from '../../infra/function-limits.ts';
import { kilobytesByPackage } from '../support/bundle-packages.ts';

jest.setTimeout(300_000); // nothing here waits for time, but a busy machine bundles slowly
const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
// Neither an account nor Docker nor anything else of the environment but where programs are.
const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };

let outdir: string;
let assets: string[];
beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'synth-'));
  await run(process.execPath, ['infra/app.ts'], { cwd: root, env: { ...env, CDK_OUTDIR: outdir } });
  assets = (await readdir(outdir)).filter((name) => name.startsWith('asset.')).map((name) => join(outdir, name));
});
afterAll(() => rm(outdir, { recursive: true }));

test('every function is bundled, with the canonical configuration beside it', async () => {
  const { json } = await loadConfigFile(join(root, 'lifecycle.config.ts'));
  const contents = await Promise.all(assets.map(async (asset) => (await readdir(asset)).sort().join(' ')));
  expect(contents).toEqual(Array(5).fill('index.mjs lifecycle.json'));
  for (const asset of assets) expect(await readFile(join(asset, 'lifecycle.json'), 'utf8')).toBe(json);
});

test('what tests and measurements bundle is byte for byte what is deployed', async () => {
  const ours = join(outdir, 'sweeper.mjs');
  await bundle(functionEntry('sweeper'), ours);
  const deployed = await Promise.all(assets.map((asset) => readFile(join(asset, 'index.mjs'), 'utf8')));
  expect(deployed).toContain(await readFile(ours, 'utf8'));
});

test('no bundle imports node:http, which would load fetch for those that never call it', async () => {
  for (const asset of assets)
    expect(await readFile(join(asset, 'index.mjs'), 'utf8')).not.toMatch(/\bfrom ?"(node:)?http"/);
});

async function carriesS3(entry: string): Promise<boolean> {
  const outfile = join(outdir, `door-${entry}.mjs`);
  await bundle(join(root, `functions/webhook/${entry}.ts`), outfile);
  return (await readFile(outfile, 'utf8')).includes('AmazonS3');
}

test('only a door that captures carries the client for S3, which every cold start would read', async () => {
  expect([await carriesS3('index'), await carriesS3('capturing')]).toEqual([false, true]);
});

const WORKER = {
  own: 134,
  zod: 110,
  '@smithy/core': 116,
  '@aws-sdk/core': 24,
  '@aws-sdk/client-dynamodb': 30,
  '@aws-sdk/client-sqs': 24,
  rest: 81,
};
/** Kilobytes of our own code, of each package from 20 KB on, and of the rest. Every cold start reads them all. */
const SIZES: Record<FunctionName, Record<string, number>> = {
  webhook: {
    own: 58,
    zod: 104,
    '@smithy/core': 116,
    '@aws-sdk/core': 22,
    '@aws-sdk/client-sqs': 24,
    '@aws-lambda-powertools/jmespath': 23,
    sax: 22,
    rest: 40,
  },
  onboarding: WORKER,
  offboarding: WORKER,
  sweeper: {
    own: 64,
    zod: 108,
    '@smithy/core': 138,
    '@aws-sdk/core': 40,
    '@aws-sdk/client-s3': 103,
    '@aws-sdk/client-dynamodb': 31,
    '@aws-sdk/client-sqs': 25,
    '@aws-sdk/client-sns': 23,
    rest: 87,
  },
  'nightly-export': {
    own: 150,
    zod: 109,
    '@smithy/core': 138,
    '@aws-sdk/core': 40,
    '@aws-sdk/client-s3': 103,
    '@aws-sdk/client-dynamodb': 31,
    '@aws-sdk/client-sns': 23,
    rest: 150,
  },
};
/** For what our own code grows by, and for updates. */
const HEAD_ROOM = 1.1;

test.each(Object.entries(SIZES))('%s keeps to its size, or it is said which package grew', async (name, sizes) => {
  const entry = join(root, `functions/${name}/index.ts`);
  const packages = [...kilobytesByPackage(await bundle(entry, join(outdir, `${name}.mjs`)))];
  const rest = packages.filter(([key]) => !(key in sizes));
  const restSize = rest.reduce((sum, [, size]) => sum + size, 0);
  const restNames = rest.map(([key, size]) => `${key} ${size.toFixed(1)}`).join(', ');
  const grown = [...packages, ['rest', restSize] as const]
    .filter(([key, size]) => size > (sizes[key] ?? Infinity) * HEAD_ROOM)
    .map(([key, size]) => `${key}: ${size.toFixed(1)} KB, was ${sizes[key]}${key === 'rest' ? ` (${restNames})` : ''}`);
  expect(grown).toEqual([]);
});

test('every bundle starts on Node with nothing installed and then asks for its environment', async () => {
  for (const asset of assets) {
    const start = `import(${JSON.stringify(pathToFileURL(join(asset, 'index.mjs')).href)}).catch((e) => console.log(e.code))`;
    const { stdout } = await run(process.execPath, ['-e', start], { cwd: asset, env });
    expect(stdout).toBe('ENVIRONMENT_INVALID\n');
  }
});

test('a wrong configuration ends the synthesis with one line and no stack trace', async () => {
  const wrong = { ...env, LIFECYCLE_CONFIG: 'absent.config.ts' };
  const failed = run(process.execPath, ['infra/app.ts'], { cwd: root, env: wrong });
  await expect(failed).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^CONFIG_INVALID: .*absent\.config\.ts: no such file\. .*\n$/),
  });
});
