import type { SourceConfig } from '../../config/schema.ts';
import { ATTRIBUTES, type LifecycleEvent } from '../../lifecycle/event.ts';
import type { Ids } from '../../lifecycle/ports.ts';
import { endOfDay, startOfDay } from '../../time.ts';
import { readJson } from '../../webhooks/index.ts';
import { type Delivery, eventsOf, readAs, saidAt, type Statement } from '../delivery.ts';
import { type Body, BodySchema } from './body.ts';

export type StandardWebhooksDelivery = Delivery<Extract<SourceConfig, { kind: 'standard-webhooks' }>>;

/** Our own reference body → lifecycle events; docs/sources/standard-webhooks.md says what each field means. */
export function translateStandardWebhooks(delivery: StandardWebhooksDelivery, ids: Ids): LifecycleEvent[] {
  const body = readAs(BodySchema, readJson(delivery.raw));
  return eventsOf(delivery, statementsOf(body, saidAt(delivery, body.timestamp), delivery.config.timeZone), ids);
}

/** What each field means, wherever it was read. `said` is epoch milliseconds; days begin and end in `zone`. */
export function statementsOf({ type, data }: Omit<Body, 'timestamp'>, said: number, zone: string): Statement[] {
  const who = { said, ...(data.employeeId && { employeeId: data.employeeId }) };
  const all = { ...who, attributes: attributesOf(data) };
  /** A second statement says who is meant, and nothing twice. */
  const same = { ...who, attributes: data.workEmail ? { email: data.workEmail } : {} };
  const ends = leaves(data.terminationDate, said, zone);
  switch (type) {
    case 'employee.hired': {
      const hired: Statement = {
        ...all,
        kind: 'joiner',
        employment: 'active',
        from: starts(data.startDate, said, zone),
      };
      return data.terminationDate ? [hired, { ...same, ...ends }] : [hired];
    }
    case 'employee.terminated':
      // an involuntary end does not wait for the day in the contract
      return [{ ...all, ...ends, ...(data.involuntary === true && { employment: 'ended-now', from: said }) }];
    case 'employee.changed': {
      const { onLeave } = data;
      const leave = typeof onLeave === 'boolean' ? ({ employment: onLeave ? 'suspended' : 'resumed' } as const) : {};
      const change: Statement = { ...all, kind: 'mover', ...leave, from: starts(data.effectiveDate, said, zone) };
      if (data.terminationDate === undefined) return [change];
      const told = data.terminationDate === null ? ({ kind: 'mover', employment: 'stays', from: said } as const) : ends;
      return data.effectiveDate || change.employment ? [change, { ...same, ...told }] : [{ ...all, ...told }];
    }
  }
}

type Day = string | null | undefined;

function starts(day: Day, said: number, zone: string): number {
  return (day ? startOfDay(day, zone) : undefined) ?? said;
}

function leaves(day: Day, said: number, zone: string): Pick<Statement, 'kind' | 'employment' | 'from'> {
  return { kind: 'leaver', employment: 'ended', from: (day ? endOfDay(day, zone) : undefined) ?? said };
}

function attributesOf(data: Body['data']): LifecycleEvent['attributes'] {
  const named = { ...data, email: data.workEmail };
  const said = ATTRIBUTES.map((name) => [name, named[name]] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said);
}
