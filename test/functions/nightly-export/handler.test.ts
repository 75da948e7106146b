import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createNightlyExportHandler } from '../../../functions/nightly-export/handler.ts';
import { startSimulator, type Simulator } from '../../../infra/local/bitsight-simulator/server.ts';
import { contextWith } from '../../support/lambda.ts';
import { bedroom, published } from '../../support/nights.ts';

let simulator: Simulator;
let room: ReturnType<typeof bedroom>;
beforeAll(async () => {
  simulator = await startSimulator({ users: 4, companyTokens: 1, token: 'token-of-a-test' });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  room = bedroom(simulator);
});

let givenBack: number;
const handler = () => {
  givenBack = 0;
  const { bitsight, calls, ...deps } = room.run();
  const connection = { bitsight, calls, giveBack: async () => void (givenBack += 1) };
  return createNightlyExportHandler({ ...deps, telemetry: room.telemetry, connect: () => connection });
};

test('publishes the night of the scheduled instant, and answers with its numbers', async () => {
  const answer = await handler()({ time: '2026-05-04T02:30:00Z' }, contextWith());
  expect(answer).toMatchObject({
    outcome: 'published',
    date: '2026-05-04',
    people: 4,
    tokens: 1,
    changes: { joined: 5 },
  });
  expect(await published(room.objects, '2026-05-04')).toMatchObject({ manifest: { runId: 'run-1' } });
  expect(givenBack).toBe(1);
});

test.each([[{}], ['nightly'], [{ time: 'soon' }], [undefined]])(
  'an event without its instant (%j) is refused, because a repeated attempt could then fall on another date',
  async (event) => {
    await expect(handler()(event, contextWith())).rejects.toMatchObject({ code: 'MESSAGE_UNREADABLE' });
    expect([...room.objects.keys()]).toEqual([]);
  },
);

test('a failure is thrown on, so that the platform counts it and tries again', async () => {
  simulator.core.faults.set([{ kind: 'unauthorized' }]);
  await expect(handler()({ time: '2026-05-04T02:30:00Z' }, contextWith())).rejects.toMatchObject({
    code: 'BITSIGHT_AUTHENTICATION',
  });
  simulator.core.faults.set([]);
  expect(room.telemetry.logs).toContainEqual(expect.objectContaining({ level: 'error' }));
  expect(givenBack).toBe(1); // or a command would wait for minutes
});
