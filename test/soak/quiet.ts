import type { ConfigInput } from '../../lib/config/schema.ts';
import type { ArmedKind } from '../../lib/lifecycle/event.ts';
import { DAY, HOUR, MINUTE, toIso } from '../../lib/time.ts';
import type { ClientCall } from './client-calls.ts';
import type { Schedule } from './schedule.ts';

/** A time in which people want no change of some kinds. */
export interface Quiet {
  why: 'freeze' | 'stop of one kind';
  kinds: readonly ArmedKind[];
  from: number;
  to: number;
}

/** A worker that began before may end what it began. */
const LONGEST_WORK = MINUTE;
const PARKING = '0a11c0de-0000-4000-8000-000000000002';

interface Freeze {
  quiet: Quiet[];
  config: Pick<ConfigInput, 'freeze' | 'night'>;
  /** Hours by which the days of this configuration begin before those of UTC. */
  ahead: number;
}

/** Days on which leavers alone are let through, begun at any hour of the history: what a day is the time zone says. */
export function anyFreeze(schedule: Schedule): Freeze {
  if (!schedule.chance(0.15)) return { quiet: [], config: {}, ahead: 0 };
  const ahead = schedule.between(-10, 15);
  const first = Math.floor(schedule.now() / DAY) * DAY + schedule.between(0, 2) * DAY;
  const days = schedule.between(1, 5);
  const [from, to] = [first, first + (days - 1) * DAY].map((day) => toIso(day).slice(0, 10));
  const quiet: Quiet = {
    why: 'freeze',
    kinds: ['joiners', 'movers'],
    from: first - ahead * HOUR,
    to: first - ahead * HOUR + days * DAY,
  };
  const timeZone = `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`; // -- their sign is the other way round
  return { quiet: [quiet], config: { freeze: [{ from: from ?? '', to: to ?? '' }], night: { timeZone } }, ahead };
}

/** The quiet time in which this call must not leave. */
export function disturbed(quiet: readonly Quiet[], call: ClientCall): Quiet | undefined {
  const kinds = kindsOf(call);
  return quiet.find(
    (one) => one.from + LONGEST_WORK <= call.at && call.at < one.to && kinds.every((kind) => one.kinds.includes(kind)),
  );
}

/** What the call may be, from its body alone: whoever goes to the parking group leaves, whoever only loses may do either. */
export function kindsOf({ method, body }: ClientCall): [ArmedKind, ...ArmedKind[]] {
  if (method === 'POST') return ['joiners'];
  if (method === 'DELETE') return ['leavers'];
  if (body.includes(`"group":"${PARKING}"`)) return ['leavers'];
  const {
    roles,
    features,
    is_available_for_contact: contact,
    ...rest
  }: Partial<Record<string, unknown>> = JSON.parse(body);
  const takes =
    Object.keys(rest).length === 0 &&
    !JSON.stringify(roles ?? '')
      .replace('"customer_user"', '')
      .includes(':"') &&
    contact !== true &&
    !/"value":(?!false)/.test(JSON.stringify(features ?? ''));
  return takes ? ['movers', 'leavers'] : ['movers'];
}
