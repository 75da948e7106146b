import type { ConfigInput } from '../../../lib/config/index.ts';
import type { LifecycleEvent } from '../../../lib/lifecycle/event.ts';
import { armedWorld, eventWith, MARA, START, TEST_CONFIG, type WorldOptions } from '../world.ts';
import { jira } from './jira.ts';

/** A role that no rule gives. */
export const ASKED = 'customer_portfolio_manager';
const KEY = 'bot@example.com:jira-token';

export const WITH_TICKETS: Partial<ConfigInput> = {
  sources: {
    ...TEST_CONFIG.sources,
    tickets: {
      kind: 'jira',
      secret: 'jira-webhook',
      approved: 'Approved',
      fields: { role: { from: 'role', table: { Manager: ASKED } } },
      samples: [{ name: 'none', body: {}, means: [] }],
      answer: { baseUrl: 'https://example.atlassian.net', secret: 'jira-answer', done: 'Done' },
    },
  },
};

/** Mara is hired; what she asks for goes by a ticket of Jira. */
export async function ticketWorld({ config, ...options }: WorldOptions = {}) {
  const system = jira(KEY, ['ACC-17', ['Approved']], ['ACC-18', ['Approved']]);
  const world = await armedWorld({ ...options, config: { ...WITH_TICKETS, ...config }, ticketFetch: system.fetch });
  world.secretValues.set('jira-answer', { current: KEY });
  return { ...world, system };
}

export const hire = (): LifecycleEvent => eventWith({ kind: 'joiner', attributes: MARA });

export function request(more: Partial<LifecycleEvent> = {}): LifecycleEvent {
  const { employeeId: _employeeId, ...event } = eventWith({
    kind: 'mover',
    source: 'tickets',
    said: START,
    from: START,
    attributes: { email: MARA.email },
    access: { role: ASKED, features: {} },
    ticket: 'ACC-17',
    ...more,
  });
  return event;
}
