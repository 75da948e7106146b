import { createBitsightClient, type BitsightClient, type BitsightOptions } from '../bitsight/index.ts';
import type { Config } from '../config/schema.ts';
import { tellCalls } from '../lifecycle/call-telemetry.ts';
import type { Clock, Invocation, Secrets, Store, Telemetry } from '../lifecycle/ports.ts';
import { HOUR } from '../time.ts';
import { directReader } from './pause.ts';

export interface ConnectDeps extends Pick<BitsightOptions, 'fetch' | 'random' | 'product'> {
  config: Config;
  store: Store;
  secrets: Secrets;
  clock: Clock;
  telemetry: Telemetry;
}

export interface NightConnection {
  bitsight: BitsightClient;
  /** Calls made so far. */
  calls: () => number;
  /** Afterwards another run may call; without it, it waits for the end of a lease. */
  giveBack: () => Promise<void>;
}

/**
 * A client for one run: it reads only, shares the pause of all workers, and waits as long as Bitsight asks where the run
 * has the time.
 */
export function connectForNight(deps: ConnectDeps) {
  const { config, store, secrets, clock, telemetry } = deps;
  return (invocation: Invocation): NightConnection => {
    const reader = directReader({ store, clock, random: deps.random }, invocation);
    const tell = tellCalls(telemetry);
    let calls = 0;
    const bitsight = createBitsightClient({
      baseUrl: config.bitsight.baseUrl,
      async apiToken(options) {
        // asked for before every attempt, so no call starts without a look at the gate
        await reader.waitOut();
        return secrets.current(config.bitsight.tokenSecret, options);
      },
      fetch: reader.telling(deps.fetch),
      clock,
      random: deps.random,
      timeoutMs: config.bitsight.timeoutMs,
      retry: { attempts: 6, maxWaitMs: HOUR },
      readOnly: true,
      product: deps.product,
      onCall(record) {
        calls += 1;
        tell(record);
      },
    });
    return { bitsight, calls: () => calls, giveBack: () => reader.giveBack() };
  };
}
