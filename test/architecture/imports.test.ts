import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { sourceFiles } from '../support/source-files.ts';

/** Who may import whom, by folder; docs/ARCHITECTURE.md shows the same table. Longer prefixes come first. */
const MAY_IMPORT: [folder: string, allowed: string[]][] = [
  ['lib/errors.ts', []],
  ['lib/time.ts', []],
  ['lib/email.ts', []],
  ['lib/json.ts', []],
  ['lib/bytes.ts', []],
  ['lib/retention.ts', []],
  ['lib/http/', ['lib/errors.ts', 'lib/time.ts', 'lib/http/']],
  ['lib/bitsight/', ['lib/errors.ts', 'lib/time.ts', 'lib/http/', 'lib/bitsight/', 'zod']],
  [
    'lib/config/',
    [
      'lib/errors.ts',
      'lib/time.ts',
      'lib/email.ts',
      'lib/config/',
      'lib/webhooks/dialect.ts',
      'lib/webhooks/handshake.ts',
      'lib/lifecycle/event.ts',
      'lib/lifecycle/policy.ts',
      'zod',
      'node:crypto',
    ],
  ],
  [
    'lib/lifecycle/',
    [
      'lib/errors.ts',
      'lib/retention.ts',
      'lib/json.ts',
      'lib/time.ts',
      'lib/email.ts',
      'lib/lifecycle/',
      'lib/config/',
      'lib/bitsight/index.ts',
      'zod',
      'node:crypto',
    ],
  ],
  ['lib/webhooks/', ['lib/errors.ts', 'lib/time.ts', 'lib/webhooks/', 'zod', 'node:crypto']],
  [
    'lib/sources/mapping/',
    [
      'lib/errors.ts',
      'lib/time.ts',
      'lib/sources/',
      'lib/webhooks/',
      'lib/lifecycle/',
      'lib/config/',
      '@aws-lambda-powertools/jmespath',
      'sax',
    ],
  ],
  [
    'lib/sources/',
    [
      'lib/errors.ts',
      'lib/time.ts',
      'lib/email.ts',
      'lib/http/',
      'lib/sources/',
      'lib/webhooks/',
      'lib/lifecycle/',
      'lib/config/',
      'zod',
      'node:crypto',
    ],
  ],
  [
    'lib/roster/',
    [
      'lib/bytes.ts',
      'lib/errors.ts',
      'lib/time.ts',
      'lib/email.ts',
      'lib/roster/',
      'lib/config/',
      'lib/lifecycle/',
      'zod',
      'node:crypto',
    ],
  ],
  [
    'lib/export/',
    [
      'lib/bytes.ts',
      'lib/errors.ts',
      'lib/json.ts',
      'lib/time.ts',
      'lib/email.ts',
      'lib/export/',
      'lib/roster/',
      'lib/bitsight/',
      'lib/http/',
      'lib/config/',
      'lib/lifecycle/',
      'zod',
      'node:crypto',
      'node:fs',
      'node:path',
      'node:stream',
      'node:zlib',
      'd3-scale',
      'd3-shape',
    ],
  ],
  [
    'lib/review/',
    [
      'lib/bytes.ts',
      'lib/errors.ts',
      'lib/json.ts',
      'lib/time.ts',
      'lib/email.ts',
      'lib/review/',
      'lib/export/',
      'lib/roster/',
      'lib/bitsight/roles.ts',
      'lib/config/',
      'lib/lifecycle/',
      'zod',
      'node:crypto',
    ],
  ],
  [
    'lib/aws/',
    [
      'lib/errors.ts',
      'lib/time.ts',
      'lib/aws/',
      'lib/lifecycle/',
      '@aws-sdk/',
      '@smithy/',
      'node:crypto',
      'node:stream',
    ],
  ],
  ['lib/runtime/', ['lib/', '@aws-sdk/credential-provider-env', '@middy/', 'aws-lambda', 'zod', 'node:']],
  ['functions/', ['lib/', 'aws-lambda', 'zod', 'node:']],
  ['infra/', ['infra/', 'functions/', 'lib/', '']],
];

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const statement = /^(?:import|export)\b[^;']*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;
  const names = [...text.matchAll(statement)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '');
  return names.map((name) => (name.startsWith('.') ? relative('.', join(dirname(file), name)) : name));
}

test.each(sourceFiles('lib', 'functions').map((file) => [file]))('%s imports downwards only', (file) => {
  const [, allowed] = MAY_IMPORT.find(([folder]) => file.startsWith(folder)) ?? ['', []];
  const own = file.startsWith('functions/') ? `${dirname(file)}/` : undefined;
  const wrong = importsOf(file).filter(
    (name) => !allowed.some((prefix) => name.startsWith(prefix)) && !(own !== undefined && name.startsWith(own)),
  );
  expect(wrong).toEqual([]);
});

test('a handler knows nothing of AWS clients, middleware or the process', () => {
  for (const file of sourceFiles('functions').filter((name) => name.endsWith('handler.ts'))) {
    expect(importsOf(file).filter((name) => /^(@aws-sdk|@middy|lib\/aws)/.test(name))).toEqual([]);
    expect(readFileSync(file, 'utf8')).not.toMatch(/process\.env/);
  }
});

test('nothing but infra and tests imports infra', () => {
  for (const file of sourceFiles('lib', 'functions'))
    expect(importsOf(file).filter((name) => name.startsWith('infra/'))).toEqual([]);
});

test('the workers alone can ask an HR system: nothing that the door loads could', () => {
  const loads = /^import (?!type\b)[^;']*?from '[^']*\/directory\.ts'/m;
  const askers = sourceFiles('lib', 'functions').filter((file) => loads.test(readFileSync(file, 'utf8')));
  expect(askers).toEqual(['lib/runtime/lane-deps.ts']);
});
