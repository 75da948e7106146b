import type { ConfigInput } from '../../lib/config/schema.ts';
import { MINUTE } from '../../lib/time.ts';
import { hire, leave, numbers } from './events.ts';
import { Stack } from './stack.ts';

export interface CrowdFigures {
  /** Calls to Bitsight in all. */
  calls: number;
  /** Until all of them have their outcome; milliseconds. */
  tookMs: number;
  outcomes: Record<string, number>;
  /** From receipt until proven gone, of one leaver said in their midst; milliseconds. */
  leaverTookMs: number;
}

/** The first roster of a large company: so many people at once, one in `oneIn` of whom a rule gives access. */
export async function crowd(people: number, oneIn: number, config: Partial<ConfigInput> = {}): Promise<CrowdFigures> {
  const stack = await Stack.start(config);
  const { schedule, world } = stack;
  await stack.before([hire(-1, schedule.now(), 'before')]);
  stack.begin();
  const [began, published, calls] = [schedule.now(), world.published.length, world.core.record.calls.length];
  stack.accept(
    numbers(people, 1).map((n) => {
      const { attributes, ...rest } = hire(n, began, 'crowd');
      return n % oneIn === 0
        ? { ...rest, attributes }
        : { ...rest, attributes: { ...attributes, department: 'Sales' } };
    }),
  );
  schedule.at(began + MINUTE, () => stack.accept([leave(-1, schedule.now())]));
  await stack.run(Infinity);
  const told = world.published.slice(published);
  const of = told.filter(({ received }) => received.startsWith('crowd'));
  const left = told.find(({ received }) => received.startsWith('leave'));
  return {
    calls: world.core.record.calls.length - calls,
    tookMs: of.reduce((last, { at }) => Math.max(last, at), began) - began,
    outcomes: Object.fromEntries(
      [...Map.groupBy(of, ({ result, what, code }) => `${result} ${what ?? code}`)].map(([outcome, all]) => [
        outcome,
        all.length,
      ]),
    ),
    leaverTookMs: (left?.at ?? Infinity) - began - MINUTE,
  };
}
