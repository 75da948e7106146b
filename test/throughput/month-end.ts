import { HOUR } from '../../lib/time.ts';
import { hire, leave, numbers } from './events.ts';
import { Stack } from './stack.ts';

/**
 * So many people whose last day is the same one, as it is at the end of a month; one in `oneIn` of them has an account.
 * From that instant until the last account is proven gone, and until everybody has their outcome; milliseconds.
 */
export async function monthEnd(leavers: number, oneIn: number): Promise<{ goneMs: number; tookMs: number }> {
  const stack = await Stack.start();
  const { schedule, world } = stack;
  const now = schedule.now();
  const ends = now + HOUR;
  const all = numbers(leavers, 1);
  await stack.before(
    all.map((n) => {
      const { attributes, ...rest } = hire(n, now);
      return { ...rest, attributes: n % oneIn === 0 ? attributes : { ...attributes, department: 'Sales' } };
    }),
  );
  stack.begin();
  stack.accept(all.map((n) => ({ ...leave(n, now), from: ends })));
  await stack.run(Infinity);
  const told = world.published.filter(({ received }) => received.startsWith('leave'));
  const last = (of: typeof told): number => of.reduce((latest, { at }) => Math.max(latest, at), ends) - ends;
  return {
    goneMs: last(told.filter(({ what }) => what === 'removed')),
    tookMs: last(told),
  };
}
