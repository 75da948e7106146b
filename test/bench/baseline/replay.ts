import type { Call, Service } from '../loopback/call.ts';
import type { Sender } from './clients.ts';

/** A handler that makes the calls it is given, one after the other, and nothing else. */
export function replay(senders: Partial<Record<Service, Sender>>) {
  return async ({ calls }: { calls: Call[] }): Promise<{ made: number }> => {
    for (const call of calls) {
      const send = senders[call.service];
      if (send === undefined) throw new Error(`this baseline has no client for ${call.service}`);
      await send(call);
    }
    return { made: calls.length };
  };
}
