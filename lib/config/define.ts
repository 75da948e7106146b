import type { ConfigInput } from './schema.ts';

/** Adds types to a configuration file and nothing else; a file outside this repository exports the plain object. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
