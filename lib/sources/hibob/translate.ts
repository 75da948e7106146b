import * as z from 'zod';
import type { SourceConfig } from '../../config/schema.ts';
import type { LifecycleEvent } from '../../lifecycle/event.ts';
import type { Ids } from '../../lifecycle/ports.ts';
import { SECOND } from '../../time.ts';
import { readJson, unreadable } from '../../webhooks/index.ts';
import { type Delivery, eventsOf, readAs, saidAt, type Statement } from '../delivery.ts';
import { employeeIdValue, instantValue } from '../values.ts';

export type HibobConfig = Extract<SourceConfig, { kind: 'hibob' }>;
type Meaning = Pick<Statement, 'kind' | 'employment'>;

/** Webhooks v2: who, never what. Other types than those about people have no employee. */
const BodySchema = z.object({
  type: z.string().max(200),
  triggeredAt: instantValue,
  data: z.object({ employeeId: employeeIdValue.optional(), tableId: z.string().max(200).optional() }),
});

/** "Wait up to 20 seconds before a follow-up read": until then the answer may be the one from before the change. */
const SETTLES = 20 * SECOND;

/** HiBob webhook v2 → that somebody has to be asked about; docs/sources/hibob.md says what each type means. */
export function translateHibob(delivery: Delivery<HibobConfig>, ids: Ids): LifecycleEvent[] {
  const { type, triggeredAt, data } = readAs(BodySchema, readJson(delivery.raw));
  const meaning = meaningOf(type, data.tableId);
  if (meaning === undefined) return [];
  const { employeeId } = data;
  if (employeeId === undefined) throw unreadable('data.employeeId: is missing.');
  const said = saidAt(delivery, triggeredAt);
  const thin = { thin: true, askFrom: delivery.receivedAt + SETTLES } as const;
  return eventsOf(delivery, [{ ...meaning, ...thin, employeeId, said, from: said, attributes: {} }], ids);
}

const CHANGE: Meaning = { kind: 'mover' };
const TYPES: Partial<Record<string, Meaning>> = {
  'employee.created': { kind: 'joiner' },
  'employee.joined': { kind: 'joiner', employment: 'active' },
  'employee.left': { kind: 'leaver', employment: 'ended' },
  // housekeeping: whoever is deleted can no longer be asked about
  'employee.deleted': undefined,
};
/** Other tables (bank accounts, own ones) say nothing that matters here. */
const TABLES = new Set(['lifecycle', 'work', 'employment']);

/** What is not known by name is asked about, since an end of access has a type of its own that the pages do not name. */
function meaningOf(type: string, tableId: string | undefined): Meaning | undefined {
  if (type.startsWith('table.entry.')) return TABLES.has(tableId ?? '') ? CHANGE : undefined;
  if (!type.startsWith('employee.')) return undefined;
  return Object.hasOwn(TYPES, type) ? TYPES[type] : CHANGE;
}
