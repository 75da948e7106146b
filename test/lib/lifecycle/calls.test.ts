import { expect, test } from '@jest/globals';
import { readGate } from '../../../lib/lifecycle/gate.ts';
import { HOUR, SECOND } from '../../../lib/time.ts';
import { armedWorld, eventWith, MARA, START } from '../../support/world.ts';

const hire = (n: number) =>
  eventWith({ kind: 'joiner', employeeId: `E${n}`, attributes: { ...MARA, email: `mara.lindt.${n}@example.com` } });

test('what Bitsight asked one to wait holds back everybody before the next call', async () => {
  const world = await armedWorld({ faults: [{ kind: 'rate-limit', method: 'POST', times: 1, retryAfter: 300 }] });
  await world.tell(hire(1));
  const { pausedUntil } = await readGate(world.store);
  expect(pausedUntil).toBe(world.clock.now() + 300 * SECOND);
  const calls = world.core.record.calls.length;
  await world.tell(hire(2));
  expect(world.core.record.calls).toHaveLength(calls);
  await world.pass(HOUR);
  expect(world.published.map(({ what }) => what)).toEqual(['created', 'created']);
});

test('an account that Bitsight said it made is never made again, however long no read shows it', async () => {
  const world = await armedWorld({
    switches: { duplicateEmail: 'allow' },
    faults: [{ kind: 'late-read', method: 'POST', ms: HOUR, times: 1 }],
  });
  await world.tell(hire(1));
  await world.pass(2 * HOUR);
  expect(world.writes()).toEqual(['POST']);
  expect(world.published).toMatchObject([{ result: 'held', code: 'READBACK_DIFFERS' }]);
});

test('what the identity provider owns is reported and not written', async () => {
  const world = await armedWorld({ config: { owns: { role: false, group: false } } });
  await world.tell(hire(1));
  await world.tell(
    eventWith({
      kind: 'mover',
      employeeId: 'E1',
      said: START,
      attributes: { department: 'Security', lastName: 'Berg' },
    }),
  );
  const [account] = world.core.usersWith('mara.lindt.1@example.com');
  expect(account).toMatchObject({
    formal_name: 'Mara Berg',
    roles: ['customer_user'],
    features: [{ slug: 'wfh-ro', value: true }],
  });
});
