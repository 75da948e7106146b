import { LANES, laneOf, type LifecycleEvent } from './event.ts';
import type { Lanes } from './ports.ts';

/** Puts events into their lanes, the urgent ones first. Told again under the same ids they are no news. */
export async function enqueue(lanes: Pick<Lanes, 'send'>, events: readonly LifecycleEvent[]): Promise<void> {
  for (const lane of LANES) {
    const messages = events
      .filter((event) => laneOf(event) === lane)
      .map((event) => ({ schema: 1, type: 'event', event }) as const);
    if (messages.length > 0) await lanes.send(lane, messages);
  }
}
