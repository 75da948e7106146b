import type { SourceConfig } from '../../config/schema.ts';
import { isEmail } from '../../email.ts';
import type { LifecycleEvent } from '../../lifecycle/event.ts';
import type { Ids } from '../../lifecycle/ports.ts';
import { readJson, unreadable } from '../../webhooks/index.ts';
import { type Delivery, eventsOf, readAs, saidAt, type Statement } from '../delivery.ts';
import { BodySchema, type Event, EventSchema } from './body.ts';

export type OktaConfig = Extract<SourceConfig, { kind: 'okta' }>;
type Meaning = Pick<Statement, 'kind' | 'employment' | 'access'>;

/** Okta event hook → lifecycle events, in the order of the delivery; docs/sources/okta.md says what each type means. */
export function translateOkta(delivery: Delivery<OktaConfig>, ids: Ids): LifecycleEvent[] {
  const { events } = readAs(BodySchema, readJson(delivery.raw)).data;
  const statements = events.flatMap((sent, index) => {
    if (!TYPES.has(sent.eventType)) return [];
    const at = ['data', 'events', index];
    const event = readAs(EventSchema, sent, at);
    const meaning = meaningOf(event, delivery.config);
    return meaning === undefined ? [] : [statementOf(event, meaning, index, delivery)];
  });
  return eventsOf(delivery, statements, ids);
}

const ADDED = 'application.user_membership.add';
const REMOVED = 'application.user_membership.remove';
const DEACTIVATED = 'user.lifecycle.deactivate';
const OF_USERS: Partial<Record<string, Meaning>> = {
  'user.lifecycle.activate': { kind: 'joiner', employment: 'active' },
  [DEACTIVATED]: { kind: 'leaver', employment: 'ended' },
  'user.lifecycle.suspend': { kind: 'mover', employment: 'suspended' },
  'user.lifecycle.unsuspend': { kind: 'mover', employment: 'resumed' },
};
const TYPES = new Set([ADDED, REMOVED, ...Object.keys(OF_USERS)]);

/** Nothing where it failed, or where it is about another app. */
function meaningOf({ eventType, outcome, target }: Event, { app }: OktaConfig): Meaning | undefined {
  if (outcome && outcome.result !== 'SUCCESS') return undefined;
  const meaning = OF_USERS[eventType];
  // whoever is deactivated is assigned to nothing any more
  if (meaning !== undefined) return eventType === DEACTIVATED && app ? { ...meaning, access: null } : meaning;
  const isOurs = target.some(({ type, id }) => type === 'AppInstance' && id === app?.id);
  if (app === undefined || !isOurs) return undefined;
  // who may have access is not thereby employed, and who may not has not thereby left
  if (eventType === REMOVED) return { kind: 'mover', access: null };
  return { kind: 'mover', ...(app.grant && { access: app.grant }) };
}

function statementOf(event: Event, meaning: Meaning, index: number, delivery: Delivery<OktaConfig>): Statement {
  const user = event.target.find(({ type }) => type === 'User');
  if (user === undefined) throw unreadable(`data.events[${index}].target: names no User.`);
  const said = saidAt(delivery, event.published);
  return {
    // Okta puts events together as it likes, also the same one once more with others
    own: { id: event.uuid, content: JSON.stringify(event) },
    ...meaning,
    employeeId: user.id,
    said,
    from: said,
    ...told(user, event.eventType, delivery.config),
  };
}

/** A login is an address where nobody can be asked for the real one. What is taken back was given under the same id. */
function told(
  { alternateId, displayName }: Event['target'][number],
  eventType: string,
  config: OktaConfig,
): Pick<Statement, 'attributes' | 'thin'> {
  if (config.fetch !== undefined) return { attributes: {}, ...(eventType !== REMOVED && { thin: true }) };
  return {
    attributes: {
      ...(alternateId && isEmail(alternateId) && { email: alternateId }),
      ...(displayName && { displayName }),
    },
  };
}
