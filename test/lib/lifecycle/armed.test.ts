import { describe, expect, test } from '@jest/globals';
import { frozenUntil } from '../../../lib/lifecycle/armed.ts';
import { ConfigSchema } from '../../../lib/config/schema.ts';
import type { LifecycleEvent } from '../../../lib/lifecycle/event.ts';
import { changeGate } from '../../../lib/lifecycle/gate.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/time.ts';
import { armedWorld, eventWith, MARA, START, type TestWorld } from '../../support/world.ts';

const ole = { ...MARA, email: 'ole.brandt@example.com' };
const hire = (more: Partial<LifecycleEvent> = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...more });
const leave = () => eventWith({ kind: 'leaver', said: START, from: START, attributes: { email: MARA.email } });
const results = ({ published }: TestWorld) => published.map(({ result, what, code }) => `${result} ${what ?? code}`);

describe('a freeze', () => {
  const config = ConfigSchema.parse({
    company: 'Example AG',
    freeze: [
      { from: '2026-12-20', to: '2026-12-31' },
      { from: '2026-12-31', to: '2027-01-02', except: [] },
    ],
    night: { timeZone: 'Europe/Berlin' },
  });
  const end = Date.UTC(2027, 0, 2, 23);
  test.each([
    ['before its first day', 'movers', Date.UTC(2026, 11, 19, 22, 59), undefined],
    [
      'from the first instant of its first day, in the zone of the night',
      'movers',
      Date.UTC(2026, 11, 19, 23),
      Date.UTC(2026, 11, 31, 23),
    ],
    ['lets through what is excepted', 'leavers', Date.UTC(2026, 11, 25), undefined],
    ['of several the last one ends it', 'joiners', Date.UTC(2026, 11, 31, 12), end],
    ['that excepts nobody', 'leavers', Date.UTC(2027, 0, 1), end],
    ['after its last day', 'leavers', end, undefined],
  ] as const)('%s', (_title, kind, now, until) => {
    expect(frozenUntil(config, kind, now)).toBe(until);
  });

  test('a frozen week lets leavers through and nothing else, and then all is done', async () => {
    const config = { freeze: [{ from: '2026-11-24', to: '2026-11-30' }] };
    const world = await armedWorld({ config });
    await world.tell(hire());
    await world.pass(DAY);
    await world.tell(hire({ employeeId: 'E2', attributes: ole }), leave());
    await world.pass(3 * DAY);
    expect(results(world)).toEqual(['done created', 'done removed']);
    await world.pass(5 * DAY);
    expect(results(world)).toEqual(['done created', 'done removed', 'done created']);
  });
});

test('a kind that is stopped waits while the others go on, and nothing is lost', async () => {
  const world = await armedWorld();
  await world.tell(hire());
  await changeGate(world.store, (gate) => ({ ...gate, stoppedOnly: ['leavers'] }));
  await world.tell(leave(), hire({ employeeId: 'E2', attributes: ole }));
  await world.pass(HOUR);
  expect(results(world)).toEqual(['done created', 'done created']);
  await changeGate(world.store, (gate) => ({ ...gate, stoppedOnly: [] }));
  await world.pass(20 * MINUTE);
  expect(results(world)).toEqual(['done created', 'done created', 'done removed']);
});
