import { describe, expect, test } from '@jest/globals';
import type { Stored } from '../../../lib/lifecycle/ledger.ts';
import { MINUTE, SECOND } from '../../../lib/time.ts';
import { armedWorld, eventWith, MARA, type TestWorld } from '../../support/world.ts';

const hired = () =>
  JSON.stringify({ schema: 1, type: 'event', event: eventWith({ kind: 'joiner', attributes: MARA }) });
const invocation = ({ clock }: TestWorld, ms: number) => {
  const end = clock.now() + ms;
  return { remainingMs: () => end - clock.now(), wallNow: () => clock.now() };
};
const claimIn = ({ after: { op } }: { after: Stored }) => op as { until: number; token: string } | undefined; // -- as the claim wrote it

describe('a call', () => {
  test.each([
    [14_999, 0],
    [15_000, 1],
  ])('with %i ms left is begun only if it can end, and be written down five seconds later', async (ms, posts) => {
    const world = await armedWorld({ config: { bitsight: { timeoutMs: 10_000 } } });
    await world.worker('normal')(hired(), invocation(world, ms));
    expect(world.core.record.calls.length > 0).toBe(posts > 0);
    expect(world.writes()).toHaveLength(posts);
  });

  test('is asked about anew each time: what was read in time may be too late to be acted upon', async () => {
    const world = await armedWorld();
    const after = (port: string): void => void (port === 'bitsight' && world.clock.advance(25 * SECOND));
    await world.worker('normal', { after })(hired(), invocation(world, MINUTE));
    expect(world.writes()).toEqual([]);
    expect(await world.people()).toMatchObject([{ tries: { code: 'LEASE_TOO_SHORT' } }]);
  });
});

describe('a lease', () => {
  test('is longer than the platform lets its owner live, since its kill is the fence', async () => {
    const world = await armedWorld();
    const leases: number[] = [];
    const wrote = (write: { after: Stored }): void => void leases.push(claimIn(write)?.until ?? 0);
    const end = world.clock.now() + MINUTE;
    await world.worker('normal', { wrote })(hired(), invocation(world, MINUTE));
    expect(Math.max(...leases)).toBe(end + 5 * SECOND);
  });

  test('that somebody took over keeps its former owner out, also before the work is done', async () => {
    const world = await armedWorld();
    const { promise: woken, resolve: wake } = Promise.withResolvers<void>();
    const { promise: tookOver, resolve: takenOver } = Promise.withResolvers<void>();
    const successor = world.worker('normal', {
      before: (port) => {
        takenOver();
        return port === 'bitsight' ? woken : undefined;
      },
    });
    let succeeding: Promise<void> | undefined;
    const written: Stored[] = [];
    await world.worker('normal', {
      wrote: ({ after }) => void written.push(after),
      async after(port, operation) {
        if (port !== 'bitsight' || operation !== 'POST') return;
        world.clock.advance(2 * MINUTE);
        const [person] = await world.people();
        const message = { schema: 1, type: 'wake', pid: person?.pid };
        succeeding = successor(JSON.stringify(message), invocation(world, MINUTE));
        await tookOver;
        written.length = 0;
      },
    })(hired(), invocation(world, MINUTE));
    expect(written).toEqual([]);
    wake();
    await succeeding;
    expect(world.published).toMatchObject([{ result: 'done', what: 'created' }]);
    expect(world.writes()).toEqual(['POST']);
  });
});
