import type * as z from 'zod';
import { ATTRIBUTES, type LifecycleEvent } from '../../lifecycle/event.ts';
import type { Ids } from '../../lifecycle/ports.ts';
import { readJson, unreadable } from '../../webhooks/index.ts';
import { type Delivery, eventsOf, readAs, saidAt, type Statement } from '../delivery.ts';
import { readForm } from '../form.ts';
import { type Employee, EventBasedSchema, FieldBasedSchema } from './body.ts';
import { employmentOf } from './employment.ts';
import { type BamboohrConfig, type Fields, fieldsOf } from './fields.ts';

/** BambooHR webhook → lifecycle events: field-based in the order of its entries, event-based as one to be asked about. */
export function translateBamboohr(delivery: Delivery<BamboohrConfig>, ids: Ids): LifecycleEvent[] {
  const body = bodyOf(delivery);
  const isThin = typeof body === 'object' && body !== null && 'type' in body;
  const statements = isThin
    ? thinStatements(readAs(EventBasedSchema, body), delivery)
    : readAs(FieldBasedSchema, body).employees.flatMap((employee, index) => statementsOf(employee, index, delivery));
  return eventsOf(delivery, statements, ids);
}

function bodyOf({ raw, headers }: Delivery): unknown {
  const [, type] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type') ?? [];
  return type?.startsWith('application/x-www-form-urlencoded') === true ? readForm(raw) : readJson(raw);
}

/** `employee.deleted` is housekeeping and no leave, and whoever is deleted cannot be asked about; the others are not about people. */
const THIN: Partial<Record<string, Statement['kind']>> = { 'employee.created': 'joiner', 'employee.updated': 'mover' };

function thinStatements(
  { type, timestamp, data: { employeeId } }: z.infer<typeof EventBasedSchema>,
  delivery: Delivery<BamboohrConfig>,
): Statement[] {
  const kind = Object.hasOwn(THIN, type) ? THIN[type] : undefined;
  if (kind === undefined) return [];
  if (delivery.config.fetch === undefined)
    throw unreadable(`Event-based webhooks bring an id alone: set sources.${delivery.source}.fetch.`);
  if (employeeId === undefined) throw unreadable('data.employeeId: is missing.');
  const said = saidAt(delivery, timestamp);
  return [{ kind, employeeId, said, from: said, attributes: {}, thin: true }];
}

function statementsOf(employee: Employee, index: number, delivery: Delivery<BamboohrConfig>): Statement[] {
  const { config } = delivery;
  const at = ['employees', index];
  const said = saidAt(delivery, employee.timestamp);
  const fields = fieldsOf(employee, config, at);
  const employeeId = config.fields.employeeId === undefined ? employee.id : fields.values.employeeId;
  const { email } = fields.values;
  if (!employeeId && !email) {
    // a deleted record says nothing of the person, so nothing is lost with it
    if (employee.action === 'deleted') return [];
    throw unreadable(`employees[${index}].fields: has neither "${config.fields.employeeId}" nor an e-mail address.`);
  }
  const who = { said, ...(employeeId && { employeeId }) };
  const [first = { kind: 'mover', from: said }, ...more] = employmentOf(employee.action, fields, said, config);
  return [
    { ...who, attributes: attributesOf(employee, fields), ...first },
    ...more.map((change) => ({ ...who, attributes: email ? { email } : {}, ...change })),
  ];
}

function attributesOf({ action }: Employee, { values }: Fields): LifecycleEvent['attributes'] {
  if (action === 'deleted') return {};
  return Object.fromEntries(ATTRIBUTES.filter((name) => name in values).map((name) => [name, values[name]]));
}
