import type { LifecycleEvent } from '../../lifecycle/event.ts';
import { dateIn, endOfDay, startOfDay } from '../../time.ts';
import type { Employee } from './body.ts';
import type { BamboohrConfig, Fields } from './fields.ts';

/** What one entry says of the employment. */
export type EmploymentChange = Pick<LifecycleEvent, 'kind' | 'employment' | 'from'>;

/**
 * A status is true when it is said, a date when its day comes. A start is said only by a creation or a change, since
 * entries repeat fields that did not change. The rules and their reasons: docs/sources/bamboohr.md.
 */
export function employmentOf(
  action: Employee['action'],
  fields: Fields,
  said: number,
  { timeZone: zone, onLeave }: Pick<BamboohrConfig, 'timeZone' | 'onLeave'>,
): EmploymentChange[] {
  if (action === 'deleted') return [];
  const end = fields.values.terminationDate;
  const isInactive = statusOf(fields) === 'inactive' && !(end && end > dateIn(said, zone));
  if (isInactive) return [{ kind: 'leaver', employment: 'ended', from: said }];
  return [
    ...startOf(action, fields, said, zone),
    ...leaveOf(fields, said, onLeave),
    ...endOf(action, fields, said, zone),
  ];
}

/** Which words stand for a leave is the customer's own. A status that changed to any other ends it. */
function leaveOf({ values, changed }: Fields, said: number, words: readonly string[]): EmploymentChange[] {
  const onLeave = new Set(words.map(plainWord));
  const texts = (['status', 'employmentType'] as const).flatMap((field) => {
    const text = values[field];
    return text ? [{ isLeave: onLeave.has(plainWord(text)), isNew: changed.has(field) }] : [];
  });
  if (texts.some(({ isLeave }) => isLeave)) return [{ kind: 'mover', employment: 'suspended', from: said }];
  return words.length > 0 && texts.some(({ isNew }) => isNew)
    ? [{ kind: 'mover', employment: 'resumed', from: said }]
    : [];
}

const plainWord = (text: string): string => text.trim().toLowerCase();

function startOf(
  action: Employee['action'],
  { values, changed }: Fields,
  said: number,
  zone: string,
): EmploymentChange[] {
  const isBack = changed.has('status') && statusOf({ values, changed }) === 'active';
  if (!isBack && action !== 'created' && !(values.hireDate && changed.has('hireDate'))) return [];
  const day = (values.hireDate ? startOfDay(values.hireDate, zone) : undefined) ?? said;
  // whoever comes back under the old hire date is back from now on, not since before the end
  return [{ kind: 'joiner', employment: 'active', from: isBack ? Math.max(day, said) : day }];
}

function endOf(action: Employee['action'], fields: Fields, said: number, zone: string): EmploymentChange[] {
  const end = fields.values.terminationDate;
  if (end === undefined) return [];
  if (end === null) return action === 'created' ? [] : [{ kind: 'mover', employment: 'stays', from: said }];
  // an active person with a day in the past: it belongs to an earlier employment
  if (end < dateIn(said, zone) && statusOf(fields) === 'active') return [];
  return [{ kind: 'leaver', employment: 'ended', from: endOfDay(end, zone) ?? said }];
}

const STATUS: Partial<Record<string, 'active' | 'inactive'>> = {
  active: 'active',
  inactive: 'inactive',
  terminated: 'inactive',
};

/** BambooHR's status, else its employment status where that is one that says whether somebody is employed. */
function statusOf({ values }: Fields): 'active' | 'inactive' | undefined {
  const known = [values.status, values.employmentType].map((text) => STATUS[text?.toLowerCase() ?? '']);
  return known.find((status) => status !== undefined);
}
