import * as z from 'zod';
import type { SourceConfig } from '../../config/schema.ts';
import type { LifecycleEvent } from '../../lifecycle/event.ts';
import type { Ids } from '../../lifecycle/ports.ts';
import { readJson, unreadable } from '../../webhooks/index.ts';
import { type Delivery, eventsOf, readAs, saidAt, type Statement } from '../delivery.ts';
import { employeeIdValue, instantValue } from '../values.ts';

export type PersonioConfig = Extract<SourceConfig, { kind: 'personio' }>;

/** Webhooks v2: who, never what. How the ids are written is not shown for each type: `person: { id }` or `person_id`. */
const BodySchema = z.object({
  event_name: z.string().max(200),
  occurred_at: instantValue,
  payload: z.object({
    person: z.object({ id: employeeIdValue }).optional(),
    person_id: employeeIdValue.optional(),
  }),
});

/**
 * All of them mean: ask. An employment that ends is often followed by another one in another company of the group, so
 * not even `employment.terminated` says that the person left. What is deleted can no longer be asked about.
 */
const TYPES: Partial<Record<string, Statement['kind']>> = {
  'person.created': 'joiner',
  'person.updated': 'mover',
  'employment.created': 'mover',
  'employment.updated': 'mover',
  'employment.started': 'joiner',
  'employment.terminated': 'mover',
};

/** Personio webhook v2 → that somebody has to be asked about; docs/sources/personio.md. */
export function translatePersonio(delivery: Delivery<PersonioConfig>, ids: Ids): LifecycleEvent[] {
  const { event_name: type, occurred_at: at, payload } = readAs(BodySchema, readJson(delivery.raw));
  const kind = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (kind === undefined) return [];
  const employeeId = payload.person?.id ?? payload.person_id;
  if (employeeId === undefined) throw unreadable('payload.person.id: is missing.');
  const said = saidAt(delivery, at);
  return eventsOf(delivery, [{ kind, thin: true, employeeId, said, from: said, attributes: {} }], ids);
}
