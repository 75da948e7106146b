import { describe, expect, test } from '@jest/globals';
import { command as dead } from '../../../infra/ops/dead.ts';
import { command as replay } from '../../../infra/ops/replay.ts';
import { DecisionSchema, keys } from '../../../lib/lifecycle/ledger.ts';
import { DAY } from '../../../lib/time.ts';
import { given, targetOf } from '../../support/target.ts';
import { armedWorld, eventWith, MARA, START } from '../../support/world.ts';

const hire = (overrides = {}) => eventWith({ kind: 'joiner', attributes: MARA, ...overrides });
const leave = (overrides = {}) => eventWith({ kind: 'leaver', said: START, from: START, ...overrides });
const bodyOf = (event: object) => JSON.stringify({ schema: 1, type: 'event', event });
const withoutReason = (lane: 'urgent' | 'normal', body: string) => ({ lane, body, reason: 'CRASHED' });

describe('dead', () => {
  test('says of each what it is, whom it is about and why it lies there, and leaves it there', async () => {
    const world = await armedWorld();
    world.queues.dead.push(withoutReason('urgent', bodyOf(leave())));
    await world.work('normal', '{"broken":');
    const target = targetOf(world);
    const first = await dead.run(target, given([]));
    expect(first).toMatchObject({
      attention: true,
      data: [
        { lane: 'urgent', kind: 'leaver', about: 'hr:E1', reason: 'CRASHED' },
        { lane: 'normal', kind: 'unknown', reason: 'MESSAGE_UNREADABLE, can never be read', message: null },
      ],
    });
    expect(await dead.run(target, given([]))).toEqual(first);
  });

  test('asks nobody to do anything where there is nothing', async () => {
    expect(await dead.run(targetOf(await armedWorld()), given([]))).toMatchObject({ attention: false, data: [] });
  });
});

describe('replay', () => {
  test('fault 53: a hire that was dead since before its leave is planned against today’s truth, and makes no account', async () => {
    const world = await armedWorld();
    world.queues.dead.push(withoutReason('normal', bodyOf(hire())));
    await world.tell(leave({ attributes: { email: MARA.email } }));
    world.clock.advance(5 * DAY);
    const target = targetOf(world);
    await replay.run(target, given(['letter-1'], { by: 'the table was mended' }));
    await world.drain();
    await world.pass(DAY);
    expect(world.writes()).toEqual([]);
    expect(world.published.at(-1)).toMatchObject({ result: 'no-op' });
    expect(world.queues.dead).toEqual([]);
    const decisions = (await world.store.query(keys.decision(0, '').pk)).map((item) => DecisionSchema.parse(item));
    expect(decisions).toMatchObject([
      {
        what: 'replay',
        about: { lane: 'normal', reason: 'CRASHED' },
        comment: 'the table was mended',
        who: 'test:operator',
      },
    ]);
    expect(JSON.stringify(decisions)).not.toMatch(/mara/i);
  });

  test('stays dead until the lane has it: a lane that refuses loses nothing', async () => {
    const world = await armedWorld();
    world.queues.dead.push(withoutReason('normal', bodyOf(hire())));
    const target = { ...targetOf(world), lanes: { send: () => Promise.reject(new Error('refused')) } };
    await expect(replay.run(target, given(['letter-1']))).rejects.toThrow('refused');
    expect(world.queues.dead).toHaveLength(1);
  });

  test('what can never be read is not sent, neither alone nor among all, and all are asked for once', async () => {
    const world = await armedWorld();
    await world.work('normal', '{"broken":');
    world.queues.dead.push(withoutReason('urgent', bodyOf(leave())), withoutReason('normal', bodyOf(hire())));
    const target = targetOf(world);
    await expect(replay.run(target, given(['letter-1']))).rejects.toMatchObject({ code: 'MESSAGE_UNREADABLE' });
    const typed = given([], { all: true });
    expect(await replay.run(target, typed)).toMatchObject({ data: { replayed: ['letter-2', 'letter-3'] } });
    expect(typed.asked).toEqual([expect.stringContaining('2 go back into their lane')]);
    expect([world.queues.urgent.length, world.queues.normal.length]).toEqual([1, 1]);
    expect(world.queues.dead).toHaveLength(1);
  });

  test.each([
    ['no id', [], 'ARGUMENT_INVALID'],
    ['an id that none has', ['other'], 'LETTER_UNKNOWN'],
    ['the beginning of two', ['letter'], 'ARGUMENT_INVALID'],
  ])('%s is refused', async (_, args, code) => {
    const world = await armedWorld();
    world.queues.dead.push(withoutReason('urgent', bodyOf(leave())), withoutReason('normal', bodyOf(hire())));
    await expect(replay.run(targetOf(world), given(args))).rejects.toMatchObject({ code });
  });
});
