import { expect, test } from '@jest/globals';
import { MINUTE } from '../../../lib/time.ts';
import { armedWorld, eventWith, MARA, type TestWorld, type WorldOptions } from '../../support/world.ts';

const hires = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    eventWith({ kind: 'joiner', employeeId: `E${n}`, attributes: { ...MARA, email: `mara.lindt.${n}@example.com` } }),
  );
const moves = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    eventWith({ kind: 'mover', employeeId: `E${n}`, attributes: { firstName: 'Marie' } }),
  );
const asked = (world: TestWorld, path: string) => world.core.record.calls.filter((call) => call.path.endsWith(path));
const worldWith = (switches: NonNullable<WorldOptions['switches']>) => armedWorld({ switches });

test('with room for more accounts than can be made in five minutes the quota is not asked for each of them', async () => {
  const world = await worldWith({ activeQuota: 5000 });
  await world.tell(...hires(3));
  expect(asked(world, '/users/quota')).toHaveLength(1);
  world.clock.advance(5 * MINUTE);
  await world.tell(...hires(4).slice(3));
  expect(asked(world, '/users/quota')).toHaveLength(2);
});

test('with less room it is asked before each creation: the last one may be gone', async () => {
  const world = await worldWith({ activeQuota: 900 });
  await world.tell(...hires(3));
  expect(asked(world, '/users/quota')).toHaveLength(3);
});

test('that Bitsight does not know whose our token is is not asked anew before each change', async () => {
  const world = await worldWith({ currentUserEndpoint: false });
  await world.tell(...hires(3), ...moves(3));
  expect(world.published.filter(({ what }) => what === 'changed')).toHaveLength(3);
  expect(asked(world, '/users/current')).toHaveLength(1);
});
