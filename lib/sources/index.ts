import type { LifecycleEvent } from '../lifecycle/event.ts';
import type { Ids } from '../lifecycle/ports.ts';
import { translateBamboohr } from './bamboohr/translate.ts';
import type { Delivery } from './delivery.ts';
import { translateHibob } from './hibob/translate.ts';
import { translateOkta } from './okta/translate.ts';
import { translatePersonio } from './personio/translate.ts';
import { translateStandardWebhooks } from './standard-webhooks/translate.ts';

export type { Delivery } from './delivery.ts';

/**
 * What a verified delivery means, whatever the system. The same delivery always yields the same ids.
 *
 * @throws AppError REQUEST_UNREADABLE naming the first wrong place.
 */
export async function translate(delivery: Delivery, ids: Ids): Promise<LifecycleEvent[]> {
  const { config } = delivery;
  switch (config.kind) {
    case 'standard-webhooks':
      return translateStandardWebhooks({ ...delivery, config }, ids);
    case 'bamboohr':
      return translateBamboohr({ ...delivery, config }, ids);
    case 'okta':
      return translateOkta({ ...delivery, config }, ids);
    case 'hibob':
      return translateHibob({ ...delivery, config }, ids);
    case 'personio':
      return translatePersonio({ ...delivery, config }, ids);
    case 'mapping': {
      // the language of its expressions is loaded only where a source speaks it
      const { translateMapping } = await import('./mapping/translate.ts');
      return translateMapping({ ...delivery, config }, ids);
    }
    case 'jira':
    case 'servicenow':
    case 'zendesk':
    case 'github': {
      const { translateTicket } = await import('./mapping/tickets.ts');
      return translateTicket({ ...delivery, config }, ids);
    }
  }
}
