import { expect, test } from '@jest/globals';
import { ConfigSchema, type ConfigInput } from '../../../lib/config/schema.ts';
import { AppError } from '../../../lib/errors.ts';
import { openBatch } from '../../../lib/lifecycle/batch.ts';
import type { Message } from '../../../lib/lifecycle/messages.ts';
import { tellWaiting } from '../../../lib/lifecycle/tell-people.ts';
import { DAY } from '../../../lib/time.ts';
import type { Hooks } from '../../support/memory/hooks.ts';
import { createMemoryPeople } from '../../support/memory/people.ts';
import { armedWorld, eventWith, TEST_CONFIG, type TestWorld } from '../../support/world.ts';

const until = '2026-12-05';
const entry = (name: string) => ({
  email: `${name}@partner.example.com`,
  why: 'audit',
  owner: 'ciso@example.com',
  until,
});

const failing = (error: Error) => () => {
  throw error;
};

/** A minute of the sweeper, as far as people are told; what they heard. */
async function minute(world: TestWorld, more: Partial<ConfigInput> = {}, hooks: Hooks = {}): Promise<Message[]> {
  const { store, clock, telemetry } = world;
  const told: Message[] = [];
  const config = ConfigSchema.parse({ ...TEST_CONFIG, ...more });
  await tellWaiting({ store, clock, telemetry, config, people: createMemoryPeople(told, hooks) });
  return told;
}

/** Six people are to get a role of which the fuse lets five have it in an hour: the sixth waits. */
async function blown(): Promise<TestWorld> {
  const world = await armedWorld();
  for (let n = 1; n <= 6; n++) {
    const attributes = { email: `p${n}@example.com`, firstName: 'P', lastName: `${n}`, department: 'Security' };
    await world.tell(eventWith({ employeeId: `E${n}`, attributes, kind: 'joiner', employment: 'active' }));
  }
  return world;
}

test('a batch that waits is told once, by its name and the number of people, who stay unnamed', async () => {
  const world = await blown();
  const [message, ...more] = await minute(world);
  expect(more).toEqual([]);
  expect(message).toMatchObject({
    id: expect.stringMatching(/^batch-hr-raises-/),
    title: 'A batch of 1 person waits for a decision',
    says: expect.stringContaining('on the word of hr'),
  });
  expect(JSON.stringify(message)).not.toContain('@');
  expect(await minute(world)).toEqual([]);
});

test('with notify.names the message says who it is', async () => {
  const [message] = await minute(await blown(), { notify: { names: true } });
  expect(message?.says).toContain('Who: p6@example.com.');
});

test('who cannot be told is told the next minute, and the sweeper goes on', async () => {
  const world = await blown();
  const before = failing(new AppError('PEOPLE_UNAVAILABLE', 'Publish failed.'));
  expect(await minute(world, {}, { before })).toEqual([]);
  expect(world.telemetry.counts.get('MessageFailed')).toBe(1);
  expect(await minute(world)).toHaveLength(1);
});

test('any other failure is not hidden', async () => {
  const before = failing(new TypeError('a bug'));
  await expect(minute(await blown(), {}, { before })).rejects.toThrow('a bug');
});

test('killed after the message, before it is written down that it was sent, it is told again under the same id', async () => {
  const world = await blown();
  const lost: Message[] = [];
  const put = { ...world.store, put: () => Promise.reject(new Error('killed')) };
  const { clock, telemetry, config } = world;
  await expect(tellWaiting({ store: put, clock, telemetry, config, people: createMemoryPeople(lost) })).rejects.toThrow(
    'killed',
  );
  expect((await minute(world)).map(({ id }) => id)).toEqual(lost.map(({ id }) => id));
});

test('exceptions are told two weeks before their last day, all of a day in one message, by their place on the list', async () => {
  const world = await armedWorld();
  const exceptions = [
    { ...entry('far'), until: '2027-01-30' },
    entry('a'),
    entry('b'),
    { ...entry('over'), until: '2026-11-01' },
  ];
  world.clock.advance(Date.UTC(2026, 10, 22) - world.clock.now() - 1);
  expect(await minute(world, { exceptions })).toEqual([]);
  world.clock.advance(1);
  const [message, ...more] = await minute(world, { exceptions });
  expect(more).toEqual([]);
  expect(message).toMatchObject({ id: `exceptions-${until}`, title: `2 exceptions end on ${until}` });
  expect(message?.says).toContain('entry 2, 3 of the list');
  expect(JSON.stringify(message)).not.toContain('@');
  world.clock.advance(DAY);
  expect(await minute(world, { exceptions })).toEqual([]);
});

test('a prolonged exception is told before its new last day', async () => {
  const world = await armedWorld();
  const told = [];
  for (const day of [until, '2026-12-06'])
    told.push(...(await minute(world, { exceptions: [{ ...entry('a'), until: day }] })));
  expect(told.map(({ id }) => id)).toEqual([`exceptions-${until}`, 'exceptions-2026-12-06']);
});

test.each(['batches', 'exceptions'] as const)('notify.%s: false turns that message off alone', async (about) => {
  const world = await armedWorld();
  await openBatch(world.store, { id: 'b', source: 'hr', kind: 'raises' }, world.clock.now());
  const told = await minute(world, { exceptions: [entry('a')], notify: { [about]: false } });
  expect(told.map((message) => message.about)).toEqual(about === 'batches' ? ['exceptions'] : ['batches']);
});
