import type { Config } from '../config/schema.ts';
import { canBeAsked, type AskedSource } from '../config/sources.ts';
import { AppError, isAppError } from '../errors.ts';
import type { Clock, Directory, HrRecord, Secrets } from '../lifecycle/ports.ts';
import { createJsonCall, type JsonCall } from './json-call.ts';

/** One look-up; `credential` is the value of `fetch.secret`. Undefined: the HR system has nobody under this id. */
export type Fetcher = (look: {
  employeeId: string;
  said: number;
  credential: string;
  call: JsonCall;
}) => Promise<HrRecord | undefined>;

export interface DirectoryOptions {
  sources: Config['sources'];
  secrets: Pick<Secrets, 'current'>;
  fetch: typeof globalThis.fetch;
  clock: Pick<Clock, 'now'>;
}

/** Each source's own HR system, by its own key. */
export function createDirectory({ sources, secrets, fetch, clock }: DirectoryOptions): Directory {
  const fetchers = new Map<string, Fetcher>();
  return {
    async find(source, employeeId, { said, timeoutMs }) {
      const config = sources[source];
      if (!canBeAsked(config)) return 'no-fetcher';
      const { fetch: settings } = config;
      const fetcher = fetchers.get(source) ?? (await load(config));
      fetchers.set(source, fetcher);
      const call = createJsonCall({ baseUrl: settings.baseUrl, fetch, clock, signal: AbortSignal.timeout(timeoutMs) });
      const look = (credential: string) => fetcher({ employeeId, said, credential, call }).catch(asDirectoryError);
      const credential = await secrets.current(settings.secret);
      const record = await look(credential).catch(async (error: unknown) => {
        const renewed =
          isAppError(error, 'DIRECTORY_REFUSED') && (await secrets.current(settings.secret, { refresh: true }));
        if (renewed === false || renewed === credential) throw error;
        return look(renewed);
      });
      return record ?? 'not-found';
    },
  };
}

/** What reads deliveries reads answers too; here it was not a sender who wrote them. */
function asDirectoryError(error: unknown): never {
  throw isAppError(error, 'REQUEST_UNREADABLE') ? new AppError('DIRECTORY_UNREADABLE', error.message) : error;
}

/** Loaded only where a source has one configured: no cold start pays for the others. */
async function load(config: AskedSource): Promise<Fetcher> {
  switch (config.kind) {
    case 'bamboohr':
      return (await import('./bamboohr/fetch.ts')).bamboohrFetcher(config);
    case 'okta':
      return (await import('./okta/fetch.ts')).oktaFetcher(config);
    case 'hibob':
      return (await import('./hibob/fetch.ts')).hibobFetcher(config);
    case 'personio':
      return (await import('./personio/fetch.ts')).personioFetcher(config);
  }
}
