import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LaneMessageSchema, type Lane, type LaneMessage } from '../../lib/lifecycle/event.ts';
import type { Lanes } from '../../lib/lifecycle/ports.ts';

/** Lanes over new, empty queues, and a look into them. */
export interface OpenLanes {
  lanes: Lanes;
  /** The bodies that wait in a lane. */
  bodies(lane: Lane): Promise<string[]>;
  dead(lane: Lane): Promise<{ body: string; reason: string }[]>;
}
export interface LanesMaker {
  newLanes(): Promise<OpenLanes>;
  close(): Promise<void>;
}

const wake = (pid: string): LaneMessage => ({ schema: 1, type: 'wake', pid });
const pidOf = (body: string): string => {
  const message = LaneMessageSchema.parse(JSON.parse(body));
  return message.type === 'wake' ? message.pid : message.event.id;
};

/** What lanes keep to, whatever carries them. Order is not promised. */
export function lanesContract(name: string, open: () => Promise<LanesMaker>): void {
  describe(`lanes ${name}`, () => {
    let maker: LanesMaker;
    let opened: OpenLanes;
    beforeAll(async () => void (maker = await open()));
    beforeEach(async () => void (opened = await maker.newLanes()));
    afterAll(() => maker.close());

    test('a message waits in its own lane, readable as what was sent', async () => {
      await opened.lanes.send('urgent', [wake('p1')]);
      expect((await opened.bodies('urgent')).map((body) => JSON.parse(body))).toEqual([wake('p1')]);
      expect(await opened.bodies('normal')).toEqual([]);
    });

    test.each([0, 1, 10, 11, 35])('all of %d messages arrive, each once', async (count) => {
      const pids = Array.from({ length: count }, (_, n) => `p${n}`);
      await opened.lanes.send('normal', pids.map(wake));
      expect((await opened.bodies('normal')).map(pidOf).sort()).toEqual(pids.sort());
    });

    test('messages that are too large to go together arrive as well', async () => {
      const pids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((letter) => letter.repeat(200_000));
      await opened.lanes.send('normal', pids.map(wake));
      expect((await opened.bodies('normal')).map(pidOf).sort()).toEqual(pids);
    });

    test('no character of a sender makes a message unsendable', async () => {
      const pid = 'nul\u0000 bell\u0007 nonchar\uFFFE\uFFFF half\uD800 smile🙂 line\u2028';
      await opened.lanes.send('normal', [wake(pid)]);
      expect((await opened.bodies('normal')).map(pidOf)).toEqual([pid]);
    });

    test('a dead message is kept as it came, with its reason, out of the lane', async () => {
      await opened.lanes.dead('urgent', 'not JSON at all', 'MESSAGE_UNREADABLE');
      expect(await opened.dead('urgent')).toEqual([{ body: 'not JSON at all', reason: 'MESSAGE_UNREADABLE' }]);
      expect(await opened.dead('normal')).toEqual([]);
      expect(await opened.bodies('urgent')).toEqual([]);
    });

    test('a reason that is no code is not passed on: it might name a person', async () => {
      await opened.lanes.dead('normal', 'x', 'no such person: anna@example.com');
      expect(await opened.dead('normal')).toEqual([{ body: 'x', reason: 'UNCLASSIFIED' }]);
    });
  });
}
