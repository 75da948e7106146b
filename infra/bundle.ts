import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import type { FunctionName } from './function-limits.ts';

/** How every function is bundled. The stack hands this to the CDK, tests and measurements use it directly. */
export const BUNDLE_SETTINGS = { target: 'node24', mainFields: ['module', 'main'], minify: true };

const runtimeFile = (name: string) => fileURLToPath(new URL(`../lib/runtime/${name}`, import.meta.url));
/** What is bundled in place of a module. */
export const BUNDLE_ALIASES = {
  'node:http': runtimeFile('node-http.ts'),
  '@aws-sdk/credential-provider-node': runtimeFile('credentials.ts'),
};

/** A function as it is deployed, byte for byte: one ES module with everything in it but Node itself. Returns what is in it. */
export async function bundle(
  entry: string,
  outfile: string,
  settings: Pick<BuildOptions, 'minify' | 'alias'> = {},
): Promise<Metafile> {
  const fixed = { bundle: true, platform: 'node', format: 'esm', logLevel: 'warning', metafile: true } as const;
  return (
    await build({ ...BUNDLE_SETTINGS, alias: BUNDLE_ALIASES, ...settings, ...fixed, entryPoints: [entry], outfile })
  ).metafile;
}

export function functionEntry(name: FunctionName): string {
  return fileURLToPath(new URL(`../functions/${name}/index.ts`, import.meta.url));
}
