export { canonicalJson, configHash } from './canonical.ts';
export { configProblems, MAIL_HASH_KEY } from './check.ts';
export { defineConfig } from './define.ts';
export { invalidConfig, parseConfig, settingPath } from './parse.ts';
export { ConfigSchema } from './schema.ts';
export type { Config, ConfigInput, Rule, SourceConfig } from './schema.ts';
