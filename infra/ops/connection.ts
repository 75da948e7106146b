import { createBitsightClient, type BitsightClient, type BitsightOptions } from '../../lib/bitsight/index.ts';
import { hidesKeys } from '../../lib/config/index.ts';
import { AppError } from '../../lib/errors.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { PRODUCT } from '../../lib/runtime/product.ts';
import { MINUTE, SECOND } from '../../lib/time.ts';

/** Where the API is, unless somebody says otherwise. */
export const PRODUCTION = 'https://api.bitsighttech.com';

export interface Connection {
  bitsight: BitsightClient;
  /** Made so far. */
  calls: () => number;
}

export interface ConnectionOptions extends Partial<Pick<BitsightOptions, 'fetch' | 'timeoutMs' | 'readOnly'>> {
  baseUrl: URL | string;
  apiToken: BitsightOptions['apiToken'];
}

const clock = clockAt(1);

/** A client for a person who waits: it reads only, waits as long as Bitsight asks, and says so. One call at a time is the caller's part. */
export function connect(options: ConnectionOptions): Connection {
  let calls = 0;
  let limited = false;
  const bitsight = createBitsightClient({
    fetch: globalThis.fetch,
    timeoutMs: 30_000,
    readOnly: true,
    ...options,
    clock: {
      now: () => clock.now(),
      sleep(ms) {
        if (limited)
          process.stderr.write(`Bitsight asks to wait before the next call; waiting ${Math.ceil(ms / SECOND)} s.\n`);
        return clock.sleep(ms);
      },
    },
    random: Math.random,
    retry: { attempts: 5, maxWaitMs: 15 * MINUTE },
    product: PRODUCT,
    onCall({ code }) {
      calls += 1;
      limited = code === 'BITSIGHT_RATE_LIMITED';
    },
  });
  return { bitsight, calls: () => calls };
}

/** How many people and company API tokens the account of the token sees, by two small reads. */
export async function countAccounts({ users }: BitsightClient): Promise<{ people: number; tokens: number }> {
  const people = await users.page({ limit: 1 });
  const tokens = await users.page({ limit: 1, is_company_api_token: true });
  return { people: people.count, tokens: tokens.count };
}

/** What `--base-url` names. */
export function safeUrl(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && hidesKeys(url)) return url;
  throw new AppError(
    'ARGUMENT_INVALID',
    '--base-url: an address that begins with https://, so that the token is not sent in clear.',
  );
}
