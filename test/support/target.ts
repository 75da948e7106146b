import type { Given } from '../../infra/ops/frame/command.ts';
import { readerOf, type Target } from '../../infra/ops/frame/target.ts';
import { createBitsightClient } from '../../lib/bitsight/index.ts';
import { createMemoryArchive } from './memory/archive.ts';
import { createMemoryDeadLetters } from './memory/dead-letters.ts';
import { createMemoryLanes } from './memory/lanes.ts';
import { createMemorySecrets } from './memory/secrets.ts';
import { fetchOf, type TestWorld } from './world.ts';

/** What an operator's command works on: the parts of a world in memory. */
export function targetOf(world: TestWorld): Target {
  const { store, clock, ids, config, queues, core } = world;
  const secrets = createMemorySecrets({ values: world.secretValues, clock });
  const reader = readerOf({ store, clock }, () => 0.5);
  return {
    name: 'test',
    config,
    configHash: 'f'.repeat(64),
    store,
    clock,
    ids,
    secrets,
    reader,
    lanes: createMemoryLanes({ queues }),
    dead: createMemoryDeadLetters(queues),
    archive: createMemoryArchive(),
    caller: async () => 'test:operator',
    secretStore: {
      async replace(name, value, prove) {
        await prove?.(value);
        const { current } = world.secretValues.get(name) ?? {};
        world.secretValues.set(name, { current: value, ...(current !== undefined && { previous: current }) });
      },
      changedAt: async (name) => (world.secretValues.has(name) ? clock.now() : undefined),
    },
    bitsight: (apiToken = (how) => secrets.current(config.bitsight.tokenSecret, how)) =>
      createBitsightClient({
        baseUrl: config.bitsight.baseUrl,
        async apiToken(how) {
          await reader.waitOut();
          return apiToken(how);
        },
        fetch: reader.telling(fetchOf(core, {})),
        clock,
        random: () => 0.5,
        timeoutMs: config.bitsight.timeoutMs,
        retry: { attempts: 1, maxWaitMs: 0 },
        readOnly: true,
        product: { name: 'test', version: '0' },
      }),
  };
}

/** What stands behind a command's name; every question is answered with its word and kept in `asked`, a hidden one with `hidden`. */
export function given(args: string[], options: Given['options'] = {}, hidden = ''): Given & { asked: string[] } {
  const asked: string[] = [];
  return { args, options, asked, confirm: async (what) => void asked.push(what), hidden: async () => hidden };
}
