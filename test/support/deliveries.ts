import { type ConfigInput, ConfigSchema, type WebhookSource } from '../../lib/config/schema.ts';
import { webhookSources } from '../../lib/config/sources.ts';
import type { Ids } from '../../lib/lifecycle/ports.ts';
import { translateBamboohr } from '../../lib/sources/bamboohr/translate.ts';
import type { Delivery } from '../../lib/sources/index.ts';
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

/** A mapping is loaded when it is needed: test/support/mapped.ts. */
type BuiltIn = Exclude<WebhookSource, { samples: unknown }>;

/** What `body` means, delivered at noon by a source called `hr`. */
export function translated(
  config: Partial<BuiltIn> & Pick<BuiltIn, 'kind'>,
  body: unknown,
  more: Partial<Delivery> = {},
) {
  const { hr } = sourcesWith({ hr: { secret: 'hr', ...config } });
  if (hr === undefined) throw new Error('no source');
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const delivery = { raw, headers: {}, receivedAt: NOON, source: 'hr', signed: {}, ...more };
  if (hr.kind === 'bamboohr') return translateBamboohr({ ...delivery, config: hr }, countingIds());
  if (hr.kind === 'standard-webhooks') return translateStandardWebhooks({ ...delivery, config: hr }, countingIds());
  throw new Error('no translator');
}
