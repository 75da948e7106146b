import type { Config } from '../../lib/config/index.ts';
import { normaliseEmail } from '../../lib/email.ts';
import { decide, type Desired } from '../../lib/lifecycle/decide.ts';
import type { LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { foldEvent } from '../../lib/lifecycle/facts.ts';
import type { Facts } from '../../lib/lifecycle/ledger.ts';
import { newPerson } from '../../lib/lifecycle/record.ts';
import { desiredText, when } from '../ops/frame/words.ts';

/** What a delivery says of one person, and what the policy makes of somebody of whom nothing else is known. */
export interface Meaning {
  person: string;
  events: LifecycleEvent[];
  /** For each day that the delivery speaks of. */
  decisions: { at: number; desired: Desired }[];
}

export function meaningsOf(events: readonly LifecycleEvent[], config: Config, now: number): Meaning[] {
  const people = Map.groupBy(events, ({ employeeId, attributes }) => employeeId ?? attributes.email ?? '');
  return [...people].map(([person, told]) => {
    const emails = told.flatMap(({ attributes: { email } }) => (email ? [normaliseEmail(email)] : []));
    const stranger = { ...newPerson('new'), facts: told.reduce<Facts>(foldEvent, {}), emails };
    // where the rest has to be asked for, the answer decides
    const days = new Set(told.some(({ thin }) => thin) ? [] : told.map(({ from }) => Math.max(now, from)));
    const decisions = [...days]
      .sort((a, b) => a - b)
      .map((at) => ({ at, desired: decide(stranger, config, at).desired }));
    return { person, events: told, decisions };
  });
}

export function meaningText({ person, events, decisions }: Meaning): string {
  const outcomes = decisions.map(({ at, desired }) => `    ${when(at)}  ${desiredText(desired)}${noneMade(desired)}`);
  return [`  ${person}`, ...events.map(eventText), ...outcomes].join('\n');
}

function noneMade(desired: Desired): string {
  return desired.kind === 'account' && desired.mayNotCreate.length > 0
    ? `; an account that is there is changed, none is made without ${desired.mayNotCreate.join(', ')}`
    : '';
}

function eventText({ kind, employment, from, attributes, access, until, thin }: LifecycleEvent): string {
  const said = Object.entries(attributes).map(([name, value]) => `${name} ${value === null ? 'none' : `"${value}"`}`);
  const granted = access === undefined ? [] : [access === null ? 'what was granted ends' : `access ${access.role}`];
  const asked = thin ? ['and the rest is asked for at its API, which decides'] : [];
  const end = until === undefined ? [] : [`until ${when(until)}`];
  const parts = [...(employment ? [employment] : []), `from ${when(from)}`, ...end, ...granted, ...asked];
  return `    ${kind}: ${parts.join(', ')}${said.length === 0 ? '' : `\n      ${said.join(', ')}`}`;
}
