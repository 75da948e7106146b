import type { Attribute, LifecycleEvent } from '../../lib/lifecycle/event.ts';

type Said = Pick<LifecycleEvent, 'kind'> &
  Partial<Pick<LifecycleEvent, 'employment' | 'source'>> & { attributes?: Partial<Record<Attribute, string>> };

/** The number stands last: the simulator finds parts of addresses by what surrounds the @. */
export const addressOf = (n: number, source = 'hr'): string => `${source}.qzorn.${n}@example.com`;

/** What a source says of its person `n`; `label`, without hyphens, names the kind of message in the figures. */
export function say(label: string, n: number, now: number, said: Said): LifecycleEvent {
  return {
    schema: 1,
    id: `hr:${label}-${n}`,
    received: `${label}-${n}`,
    receivedAt: now,
    source: 'hr',
    bodyHash: n.toString(16).padStart(64, '0'),
    idFrom: 'sender',
    employeeId: `E${n}`,
    said: now,
    from: now,
    attributes: {},
    ...said,
  };
}

export function hire(n: number, now: number, label = 'hire', source = 'hr'): LifecycleEvent {
  const attributes = {
    email: addressOf(n, source),
    firstName: `Ada${n}`,
    lastName: `Qzorn${n}`,
    department: 'Vendor Risk',
  };
  return say(label, n, now, { kind: 'joiner', employment: 'active', source, attributes });
}

export function leave(n: number, now: number, label = 'leave', source = 'hr'): LifecycleEvent {
  return say(label, n, now, {
    kind: 'leaver',
    employment: 'ended',
    source,
    attributes: { email: addressOf(n, source) },
  });
}

/** To another department, with another role. */
export function move(n: number, now: number, label = 'move', source = 'hr'): LifecycleEvent {
  return say(label, n, now, { kind: 'mover', source, attributes: { department: 'Security' } });
}

export function rename(n: number, now: number): LifecycleEvent {
  const attributes = { email: `hr.new.${n}@example.com`, lastName: 'New' };
  return say('rename', n, now, { kind: 'mover', attributes });
}

/** Nothing that was not known. */
export function restate(n: number, now: number): LifecycleEvent {
  return say('no change', n, now, { kind: 'mover', attributes: { firstName: `Ada${n}` } });
}

/** `count` numbers from `from` on. */
export const numbers = (count: number, from = 0): number[] => Array.from({ length: count }, (_, index) => from + index);
