import type { Reading } from '../../config/mapping.ts';
import type { SourceConfig, TicketSource } from '../../config/schema.ts';
import { type Grant, GrantSchema, type LifecycleEvent } from '../../lifecycle/event.ts';
import type { Ids } from '../../lifecycle/ports.ts';
import { endOfDay, parseInstant, startOfDay } from '../../time.ts';
import { unreadable } from '../../webhooks/json.ts';
import { type Delivery, eventsOf, saidAt, type Statement } from '../delivery.ts';
import { statementsOf } from '../standard-webhooks/translate.ts';
import { readBody } from './body.ts';
import { placed, readingsOf } from './reading.ts';

export type MappingConfig = Extract<SourceConfig, { kind: 'mapping' }>;
type MappingDelivery = Delivery<MappingConfig>;
type Read = Delivery<MappingConfig | TicketSource>;

/**
 * A delivery of any system → lifecycle events, by the expressions of its source (docs/sources/mapping.md).
 *
 * @throws AppError REQUEST_UNREADABLE naming source, setting and expression, never what was sent.
 */
export async function translateMapping(delivery: MappingDelivery, ids: Ids): Promise<LifecycleEvent[]> {
  const { raw, config, source } = delivery;
  try {
    const readings = readingsOf(await readBody(raw, config.body), config);
    const statements = readings.flatMap((reading) => statementsIn(reading, delivery));
    return eventsOf(delivery, statements, ids);
  } catch (cause) {
    throw placed(source, cause);
  }
}

/** What the reference body would say, or a request of a ticket. */
export function statementsIn(reading: Reading, delivery: Read): Statement[] {
  const { says, employeeId, email, said, ...rest } = reading;
  if (!employeeId && !email) throw unreadable('fields: neither employeeId nor email finds a value, nobody is meant.');
  const at = saidAt(delivery, said ?? undefined);
  const data = { ...rest, employeeId, workEmail: email };
  const { timeZone: zone } = delivery.config;
  if (says === 'joiner') return statementsOf({ type: 'employee.hired', data }, at, zone);
  if (says === 'mover') return statementsOf({ type: 'employee.changed', data }, at, zone);
  if (says === 'leaver') return statementsOf({ type: 'employee.terminated', data }, at, zone);
  // a request says nothing of the employment
  const employed = { terminationDate: undefined, onLeave: undefined };
  const changes = statementsOf({ type: 'employee.changed', data: { ...data, ...employed } }, at, zone);
  return changes.flatMap((change) => requested(change, reading, zone));
}

/** Who the person is outlasts what was asked for. */
function requested(change: Statement, reading: Reading, zone: string): Statement[] {
  const access = reading.says === 'revoke' ? null : grantOf(reading);
  const asked = { access, ...(reading.ticket && { ticket: reading.ticket }) };
  const until = endOf(reading.until ?? undefined, zone);
  if (until === undefined) return [{ ...change, ...asked }];
  const { email } = change.attributes;
  return [change, { ...change, attributes: email ? { email } : {}, ...asked, until }];
}

function grantOf({ role, group }: Reading): Grant {
  const grant = GrantSchema.safeParse({ role, ...(group && { group }) });
  if (!grant.success)
    throw unreadable('fields.role: finds no role such as customer_user; a table makes names into roles.');
  return grant.data;
}

/** Of a day its end, of an instant itself. */
function endOf(until: string | undefined, zone: string): number | undefined {
  if (until === undefined) return undefined;
  const end = startOfDay(until, zone) === undefined ? parseInstant(until, zone) : endOfDay(until, zone);
  return end === undefined ? undefined : Math.max(0, end);
}
