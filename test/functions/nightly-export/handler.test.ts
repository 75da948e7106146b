import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createNightlyExportHandler } from '../../../functions/nightly-export/handler.ts';
import { startSimulator, type Simulator } from '../../../infra/local/bitsight-simulator/server.ts';
import type { Message } from '../../../lib/lifecycle/messages.ts';
import { contextWith } from '../../support/lambda.ts';
import { createMemoryPeople } from '../../support/memory/people.ts';
import { bedroom, published } from '../../support/nights.ts';

let simulator: Simulator;
let room: ReturnType<typeof bedroom>;
beforeAll(async () => {
  simulator = await startSimulator({ users: 4, companyTokens: 1, token: 'token-of-a-test' });
});
afterAll(() => simulator.stop());
beforeEach(() => {
  room = bedroom(simulator);
  told = [];
});

let givenBack: number;
let told: Message[];
const handler = () => {
  givenBack = 0;
  const { bitsight, calls, ...deps } = room.run();
  const connection = { bitsight, calls, giveBack: async () => void (givenBack += 1) };
  return createNightlyExportHandler({
    ...deps,
    telemetry: room.telemetry,
    connect: () => connection,
    putInAt: async () => 0,
    secrets: { current: async () => 'a-token-of-okta' },
    fetch: globalThis.fetch,
    bucket: 'exports',
    people: createMemoryPeople(told),
  });
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

test('a night looks at the keys too, also where it was published before', async () => {
  await night('2026-05-04');
  await night('2026-05-04');
  const looked = room.telemetry.counts.filter(({ metric }) => metric === 'KeysOld');
  expect(looked.map(({ value }) => value)).toEqual([1, 1]);
});

const night = (date: string) => handler()({ time: `${date}T02:30:00Z` }, contextWith());

test('people hear of a week once, after its first night: in numbers, with the place of the review and what is missing', async () => {
  await night('2026-05-04'); // a Monday
  simulator.core.create({ email: 'new@example.com' });
  for (const date of ['2026-05-05', '2026-05-05', '2026-05-07', '2026-05-12']) await night(date); // the next Monday is missing
  const last = await published(room.objects, '2026-05-12');
  const review = last?.manifest.files.find(({ name }) => name === 'review.html')?.key;
  expect(told.map(({ id }) => id)).toEqual(['week-2026-05-04', 'week-2026-05-11']);
  expect(told[1]).toMatchObject({
    title: 'Access review of the week: 5 people',
    says: '5 people and 1 API tokens have access to Bitsight. Since 2026-05-04: 1 came, 0 went. Nights that are missing: 5.',
    next: [`Read it: s3://exports/${review}`, 'What waits for a decision: npm run ops -- held'],
  });
});
