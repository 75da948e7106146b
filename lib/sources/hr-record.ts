import { ATTRIBUTES, type Attribute } from '../lifecycle/event.ts';
import type { HrRecord } from '../lifecycle/ports.ts';
import { dateIn, endOfDay, startOfDay } from '../time.ts';
import { readAs } from './delivery.ts';
import { plainValue } from './values.ts';

/** Where somebody stands today; `ahead`: hired, the first day is to come. */
export type State = 'ahead' | 'active' | 'suspended' | 'ended';

/** Days as YYYY-MM-DD; null: there is none, undefined: not to be seen. */
export interface Standing {
  state: State | undefined;
  firstDay?: string | null | undefined;
  lastDay?: string | null | undefined;
}

/** What a record says of the employment, `said` when it was asked for; nothing where its state is not to be seen. */
export function employmentOf(
  { state, firstDay, lastDay }: Standing,
  said: number,
  zone: string,
): HrRecord['employment'] {
  if (state === undefined) return [];
  if (state === 'ended') return [{ value: 'ended', from: said }];
  const end = endOf(lastDay, said, zone);
  if (state === 'suspended') return [{ value: 'suspended', from: said }, ...end];
  const from = state === 'active' ? said : firstDay ? startOfDay(firstDay, zone) : undefined;
  return [...(from === undefined ? [] : [{ value: 'active' as const, from }]), ...end];
}

/** A last day in the past of somebody who works there belongs to an earlier employment. */
function endOf(lastDay: Standing['lastDay'], said: number, zone: string): HrRecord['employment'] {
  if (lastDay === undefined) return [];
  if (lastDay === null) return [{ value: 'stays', from: said }];
  const end = lastDay < dateIn(said, zone) ? undefined : endOfDay(lastDay, zone);
  return end === undefined ? [] : [{ value: 'ended', from: end }];
}

/** Attribute → the name it has in the answer → its value; what the answer leaves out is unknown, not absent. */
export function attributesOf(
  names: Partial<Record<Attribute, string>>,
  find: (name: string) => unknown,
): HrRecord['attributes'] {
  const found = ATTRIBUTES.flatMap((attribute) => {
    const name = names[attribute];
    const value = name === undefined ? undefined : find(name);
    return name === undefined || value === undefined ? [] : [[attribute, readAs(plainValue, value, [name])] as const];
  });
  return Object.fromEntries(found);
}

/** Nobody has an id that would lead elsewhere in an address. */
export function isPlainId(id: string): boolean {
  return /^[\w-]+$/.test(id);
}
