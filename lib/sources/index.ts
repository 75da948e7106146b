import type { LifecycleEvent } from '../lifecycle/event.ts';
import type { Ids } from '../lifecycle/ports.ts';
import { translateBamboohr } from './bamboohr/translate.ts';
import type { Delivery } from './delivery.ts';
import { translateStandardWebhooks } from './standard-webhooks/translate.ts';

export type { Delivery } from './delivery.ts';

/**
 * What a verified delivery means, whatever the system. The same delivery always yields the same ids.
 *
 * @throws AppError REQUEST_UNREADABLE naming the JSON path of the first wrong place.
 */
export function translate(delivery: Delivery, ids: Ids): LifecycleEvent[] {
  const { config } = delivery;
  switch (config.kind) {
    case 'standard-webhooks':
      return translateStandardWebhooks({ ...delivery, config }, ids);
    case 'bamboohr':
      return translateBamboohr({ ...delivery, config }, ids);
  }
}
