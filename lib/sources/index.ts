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
    case 'standard-webhooks':
      return (await import('./standard-webhooks/translate.ts')).translateStandardWebhooks({ ...delivery, config }, ids);
    case 'bamboohr':
      return (await import('./bamboohr/translate.ts')).translateBamboohr({ ...delivery, config }, ids);
    case 'okta':
      return (await import('./okta/translate.ts')).translateOkta({ ...delivery, config }, ids);
    case 'hibob':
      return (await import('./hibob/translate.ts')).translateHibob({ ...delivery, config }, ids);
    case 'personio':
      return (await import('./personio/translate.ts')).translatePersonio({ ...delivery, config }, ids);
    case 'mapping':
      return (await import('./mapping/translate.ts')).translateMapping({ ...delivery, config }, ids);
    case 'jira':
    case 'servicenow':
    case 'zendesk':
    case 'freshservice':
    case 'github':
      return (await import('./mapping/tickets.ts')).translateTicket({ ...delivery, config }, ids);
  }
}
