import { expect, test } from '@jest/globals';
import { createSweeperHandler } from '../../../functions/sweeper/handler.ts';
import { openBatch } from '../../../lib/lifecycle/batch.ts';
import { changeGate } from '../../../lib/lifecycle/gate.ts';
import type { Message } from '../../../lib/lifecycle/messages.ts';
import { contextWith, keptTelemetry } from '../../support/lambda.ts';
import { createMemoryArchive } from '../../support/memory/archive.ts';
import { createMemoryLanes } from '../../support/memory/lanes.ts';
import { createMemoryPeople } from '../../support/memory/people.ts';
import { armedWorld } from '../../support/world.ts';

test('each minute people hear of a batch that began to wait, also while all writes are stopped', async () => {
  const { store, clock, config, queues } = await armedWorld();
  const told: Message[] = [];
  const handler = createSweeperHandler({
    store,
    clock,
    config,
    lanes: createMemoryLanes({ queues }),
    archive: createMemoryArchive({ objects: new Map() }),
    people: createMemoryPeople(told),
    telemetry: keptTelemetry(),
  });
  await openBatch(store, { id: 'b', source: 'hr', kind: 'raises' }, clock.now());
  await changeGate(store, (gate) => ({ ...gate, stopped: true }));
  for (let minute = 0; minute < 2; minute++) expect(await handler({}, contextWith())).toEqual({ woken: 0 });
  expect(told.map(({ id }) => id)).toEqual(['batch-b']);
});
