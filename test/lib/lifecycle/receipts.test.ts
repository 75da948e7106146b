import { expect, test } from '@jest/globals';
import { keys } from '../../../lib/lifecycle/ledger.ts';
import { armedWorld, eventWith, MARA } from '../../support/world.ts';

test('a receipt is never written over: a number that another one has is passed by', async () => {
  const world = await armedWorld();
  await world.tell(eventWith({ kind: 'joiner', attributes: MARA }));
  const [person] = await world.people();
  const [first] = await world.receipts(person?.pid ?? '');
  const stray = {
    ...first,
    ...keys.receipt(person?.pid ?? '', 2),
    schema: 1,
    seq: 2,
    operation: 'of a look that lost',
  };
  await world.store.put(stray, 'absent');
  await world.tell(eventWith({ kind: 'leaver' }));
  const receipts = await world.receipts(person?.pid ?? '');
  expect(receipts.map(({ seq, what, operation }) => [seq, what, operation])).toEqual([
    [1, 'created', first?.operation],
    [2, 'created', 'of a look that lost'],
    [3, 'removed', expect.any(String)],
  ]);
  expect(world.published.at(-1)).toMatchObject({ what: 'removed', seq: 3 });
});
