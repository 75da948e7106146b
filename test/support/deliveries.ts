import { type ConfigInput, ConfigSchema, type WebhookSource } from '../../lib/config/schema.ts';
import { webhookSources } from '../../lib/config/sources.ts';
import type { LifecycleEvent } from '../../lib/lifecycle/event.ts';
import type { Ids } from '../../lib/lifecycle/ports.ts';
import { translateBamboohr } from '../../lib/sources/bamboohr/translate.ts';
import { translateHibob } from '../../lib/sources/hibob/translate.ts';
import type { Delivery } from '../../lib/sources/index.ts';
import { translateOkta } from '../../lib/sources/okta/translate.ts';
import { translatePersonio } from '../../lib/sources/personio/translate.ts';
import { translateStandardWebhooks } from '../../lib/sources/standard-webhooks/translate.ts';

/** 2026-11-22, a Sunday, 12:00 in UTC and 13:00 in Berlin. */
export const NOON = 1_795_348_800_000;

export function countingIds(prefix = 'received'): Ids {
  let last = 0;
  return { next: () => `${prefix}-${++last}` };
}

export function sourcesWith(sources: ConfigInput['sources']): Record<string, WebhookSource> {
  return Object.fromEntries(webhookSources(ConfigSchema.parse({ company: 'Example AG', sources }).sources));
}

type Written = NonNullable<ConfigInput['sources']>[string];
/** What is loaded only where it is needed has its own: test/support/mapped.ts. */
type BuiltIn = Extract<Written, { kind: keyof typeof TRANSLATORS }>;
type Settings<S extends Written> = S extends unknown ? Omit<S, 'secret'> : never;

const TRANSLATORS = {
  'standard-webhooks': translateStandardWebhooks,
  bamboohr: translateBamboohr,
  okta: translateOkta,
  hibob: translateHibob,
  personio: translatePersonio,
};

/** What `body` means, delivered at noon by a source called `hr`. */
export function translated(config: Settings<BuiltIn>, body: unknown, more: Partial<Delivery> = {}): LifecycleEvent[] {
  const { hr } = sourcesWith({ hr: { secret: 'hr', ...config } });
  if (hr === undefined || !(hr.kind in TRANSLATORS)) throw new Error('no source');
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const delivery = { raw, headers: {}, receivedAt: NOON, source: 'hr', signed: {}, ...more, config: hr };
  // -- the translator is the one of the kind, which the compiler does not follow through the table
  const translate = TRANSLATORS[config.kind] as (delivery: Delivery, ids: Ids) => LifecycleEvent[];
  return translate(delivery, countingIds());
}
