import type { LifecycleEvent } from '../lifecycle/event.ts';
import type { Ids } from '../lifecycle/ports.ts';
import type { Delivery } from './delivery.ts';

export type { Delivery } from './delivery.ts';

/**
 * What a verified delivery means, whatever the system. The same delivery always yields the same ids. A translator is
 * loaded with the first delivery of its kind: their schemas, and the language of mappings, cost every cold start.
 *
 * @throws AppError REQUEST_UNREADABLE naming the first wrong place.
 */
export async function translate(delivery: Delivery, ids: Ids): Promise<LifecycleEvent[]> {
  const { config } = delivery;
  switch (config.kind) {
    case 'standard-webhooks': {
      const { translateStandardWebhooks } = await import('./standard-webhooks/translate.ts');
      return translateStandardWebhooks({ ...delivery, config }, ids);
    }
    case 'bamboohr': {
      const { translateBamboohr } = await import('./bamboohr/translate.ts');
      return translateBamboohr({ ...delivery, config }, ids);
    }
    case 'okta': {
      const { translateOkta } = await import('./okta/translate.ts');
      return translateOkta({ ...delivery, config }, ids);
    }
    case 'hibob': {
      const { translateHibob } = await import('./hibob/translate.ts');
      return translateHibob({ ...delivery, config }, ids);
    }
    case 'personio': {
      const { translatePersonio } = await import('./personio/translate.ts');
      return translatePersonio({ ...delivery, config }, ids);
    }
    case 'mapping': {
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
