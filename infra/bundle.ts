import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { FunctionName } from './function-limits.ts';

/** How every function is bundled. The stack hands this to the CDK, tests and measurements use it directly. */
export const BUNDLE_SETTINGS = { target: 'node24', mainFields: ['module', 'main'], minify: true };

const runtimeFile = (name: string) => fileURLToPath(new URL(`../lib/runtime/${name}`, import.meta.url));
/** What is bundled in place of a module. */
export const BUNDLE_ALIASES = {
  'node:http': runtimeFile('node-http.ts'),
  '@aws-sdk/credential-provider-node': runtimeFile('credentials.ts'),
};

/** A function as it is deployed, byte for byte: one ES module with everything in it but Node itself. */
export async function bundle(entry: string, outfile: string): Promise<void> {
  const fixed = { bundle: true, platform: 'node', format: 'esm', logLevel: 'warning' } as const;
  await build({ ...BUNDLE_SETTINGS, ...fixed, alias: BUNDLE_ALIASES, entryPoints: [entry], outfile });
}

export function functionEntry(name: FunctionName): string {
  return fileURLToPath(new URL(`../functions/${name}/index.ts`, import.meta.url));
}
