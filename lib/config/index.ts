export { canonicalJson, configHash } from './canonical.ts';
export { ACTIVATING, CapabilitiesSchema, DEACTIVATING, isProven, verdictsOf } from './capabilities.ts';
export type { Capabilities, Finding, Verdict } from './capabilities.ts';
export { configProblems, hidesKeys } from './check.ts';
export { defineConfig } from './define.ts';
export { invalidConfig, parseConfig, settingPath } from './parse.ts';
export { ConfigFileSchema, ConfigSchema, MAIL_HASH_KEY, SourceSchema } from './schema.ts';
export type { Config, ConfigInput, RosterSource, Rule, SourceConfig, TicketSource, WebhookSource } from './schema.ts';
export { answeredSources, isTicketing, keySettings, rosterSources, secretNames, webhookSources } from './sources.ts';
