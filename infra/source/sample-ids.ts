import { randomUUID } from 'node:crypto';
import type { WebhookSource } from '../../lib/config/index.ts';
import type { EventName, Occasion, Sample } from './sample.ts';

/** What systems send that name somebody by an id: the person has to be there for whoever is asked about them. */
type Types = Partial<Record<EventName, string>>;

const OKTA: Types = {
  hired: 'user.lifecycle.activate',
  left: 'user.lifecycle.deactivate',
  granted: 'application.user_membership.add',
  revoked: 'application.user_membership.remove',
};

export function okta(event: EventName, { at }: Occasion, source: WebhookSource): Sample | undefined {
  const eventType = OKTA[event];
  if (source.kind !== 'okta' || eventType === undefined) return undefined;
  const user = { id: '00u1example', type: 'User', alternateId: 'noa.reyes@example.com', displayName: 'Noa Reyes' };
  const app = { id: source.app?.id ?? '0oa1example', type: 'AppInstance', displayName: 'Bitsight' };
  const target = eventType.startsWith('application') ? [user, app] : [user];
  const said = { uuid: randomUUID(), published: at, eventType, outcome: { result: 'SUCCESS' }, target };
  return { body: { eventType: 'com.okta.event_hook', eventTime: at, data: { events: [said] } } };
}

const HIBOB: Types = { hired: 'employee.joined', changed: 'employee.updated', left: 'employee.left' };

export function hibob(event: EventName, { at }: Occasion): Sample | undefined {
  const type = HIBOB[event];
  // times of Bob name no zone
  const body = { companyId: 636192, type, triggeredBy: 'system', triggeredAt: at.replace('Z', ''), version: 'v2' };
  return type === undefined ? undefined : { body: { ...body, data: { employeeId: '3332883854254932743' } } };
}

const PERSONIO: Types = { hired: 'person.created', changed: 'person.updated', left: 'employment.terminated' };

export function personio(event: EventName, { at }: Occasion): Sample | undefined {
  const name = PERSONIO[event];
  const body = { company_id: '1', event_name: name, occurred_at: at, payload: { person: { id: '3003' } } };
  return name === undefined ? undefined : { body };
}
