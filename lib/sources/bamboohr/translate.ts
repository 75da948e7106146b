import { ATTRIBUTES, type LifecycleEvent } from '../../lifecycle/event.ts';
import type { Ids } from '../../lifecycle/ports.ts';
import { readJson, unreadable } from '../../webhooks/index.ts';
import { type Delivery, eventsOf, readAs, saidAt, type Statement } from '../delivery.ts';
import { BodySchema, type Employee } from './body.ts';
import { employmentOf } from './employment.ts';
import { type BamboohrConfig, type Fields, fieldsOf } from './fields.ts';

/** Field-based BambooHR webhook → lifecycle events, in the order of its entries. */
export function translateBamboohr(delivery: Delivery<BamboohrConfig>, ids: Ids): LifecycleEvent[] {
  const { employees } = readAs(BodySchema, readJson(delivery.raw));
  return eventsOf(
    delivery,
    employees.flatMap((employee, index) => statementsOf(employee, index, delivery)),
    ids,
  );
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
