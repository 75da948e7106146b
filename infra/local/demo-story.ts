import { dateIn, DAY, parseInstant, toIso } from '../../lib/time.ts';
import { GROUPS } from './bitsight-simulator/population.ts';
import type { SimulatorCore } from './bitsight-simulator/simulator.ts';

/** One delivery of the day. `at` is what HR's clock shows; the day is yesterday, so that all of it has happened. */
export interface Step {
  at: string;
  from: string;
  what: string;
  body: unknown;
  /** Under an earlier time: the same delivery again. */
  again?: string;
  /** Signed with a key that the source does not have. */
  forged?: true;
  /** What happens to Bitsight before. */
  before?: (simulator: SimulatorCore) => void;
  note?: string;
}

export const ZONE = 'Europe/Berlin';
export const MARA = 'mara.lindt@example.com';
export const OLE = 'ole.brandt@example.com';
export const TOM = 'tom.adler@example.com';

export interface Story {
  /** Epoch milliseconds at which the two nights are due: the one before the day and the one after. */
  nights: [number, number];
  /** Accounts that are there when the day begins. */
  setTheStage(simulator: SimulatorCore): void;
  steps: Step[];
}

/** The day before `now`, as it is played. */
export function tellStory(now: number): Story {
  const day = dateIn(now - DAY, ZONE);
  const today = dateIn(now, ZONE);
  const instant = (date: string, time: string): number => parseInstant(`${date}T${time}`, ZONE) ?? now;
  const bamboo = (time: string, id: string, action: string, changedFields: string[], fields: object): unknown => ({
    employees: [{ id, action, timestamp: toIso(instant(day, time)), changedFields, fields }],
  });
  const mara = named('Mara', 'Lindt', MARA);
  const hired = bamboo('09:00', '4711', 'Created', ['Department', 'Status'], {
    ...mara,
    Department: 'Vendor Risk',
    Status: 'Active',
  });
  return {
    nights: [instant(day, '04:30'), instant(today, '04:30')],
    setTheStage(simulator) {
      const group = GROUPS.find(({ name }) => name === 'Europe')?.guid;
      simulator.create({
        email: TOM,
        formal_name: 'Tom Adler',
        friendly_name: 'Tom',
        roles: ['customer_portfolio_manager'],
        group,
        status: 'Activated',
        last_login_time: instant(day, '08:12'),
      });
    },
    steps: [
      { at: '09:00', from: 'BambooHR', what: 'hire    Mara L., Vendor Risk', body: hired },
      { at: '09:01', from: 'BambooHR', what: 'the same delivery again', body: hired, again: '09:00' },
      {
        at: '09:20',
        from: 'BambooHR',
        what: 'hire    Ole B., Warehouse',
        body: bamboo('09:20', '4712', 'Created', ['Department', 'Status'], {
          ...named('Ole', 'Brandt', OLE),
          Department: 'Warehouse',
          Status: 'Active',
        }),
      },
      {
        at: '11:30',
        from: 'BambooHR',
        what: 'change  Mara L. to Security',
        body: bamboo('11:30', '4711', 'Updated', ['Department'], { ...mara, Department: 'Security' }),
        before: (simulator) => simulator.faults.set([{ kind: 'reset', method: 'PATCH', when: 'after', times: 1 }]),
        note: "Bitsight's answer was lost: read back, change found, not sent twice",
      },
      {
        at: '13:05',
        from: 'unknown',
        what: 'forged termination of Tom A.',
        forged: true,
        body: bamboo('13:05', '1007', 'Updated', ['Status'], { ...named('Tom', 'Adler', TOM), Status: 'Inactive' }),
      },
      {
        at: '17:00',
        from: 'BambooHR',
        what: 'leave   Tom A., Portfolio Manager',
        body: bamboo('17:00', '1007', 'Updated', ['Status'], { ...named('Tom', 'Adler', TOM), Status: 'Inactive' }),
      },
    ],
  };
}

function named(first: string, last: string, email: string): Record<string, string> {
  return { 'First Name': first, 'Last Name': last, 'Work Email': email };
}
