import type { Lane } from '../../lib/lifecycle/event.ts';
import { FUNCTION_LIMITS, type FunctionName } from '../function-limits.ts';
import type { LocalAws, LocalQueue } from './aws.ts';
import type { LogLine } from './execution-environment.ts';
import { createFunctionHost, type FunctionHost } from './function-host.ts';

export type LocalFunctions = Record<FunctionName, FunctionHost>;

/** Which function works on which lane, and how many messages it takes at once. */
export const WORKERS: Record<Lane, { name: FunctionName; batchSize: number }> = {
  urgent: { name: 'offboarding', batchSize: 1 },
  normal: { name: 'onboarding', batchSize: 5 },
};

/** Every function with the environment that the stack would give it. */
export function createLocalFunctions(options: {
  aws: LocalAws;
  configFile: string;
  clock: { speed: number; base: number };
  workerTimeoutSeconds: number;
  log: LogLine;
}): LocalFunctions {
  const { aws, configFile, clock, workerTimeoutSeconds, log } = options;
  const shared = {
    ...aws.environment,
    CONFIG_FILE: configFile,
    SECRET_PREFIX: '',
    CLOCK_SPEED: String(clock.speed),
    CLOCK_BASE: String(clock.base),
  };
  function host(
    name: FunctionName,
    own: { entry?: string; environment?: Record<string, string>; timeoutSeconds?: number } = {},
  ) {
    const { entry = 'index', environment, timeoutSeconds, concurrency } = { ...FUNCTION_LIMITS[name], ...own };
    const settings = {
      name,
      entry: new URL(`../../functions/${name}/${entry}.ts`, import.meta.url),
      timeoutMs: timeoutSeconds * 1000,
      concurrency,
      environment: { ...shared, AWS_LAMBDA_FUNCTION_NAME: name, ...environment },
    };
    return createFunctionHost(settings, log);
  }
  const worker = (name: FunctionName, queue: LocalQueue) =>
    host(name, { timeoutSeconds: workerTimeoutSeconds, environment: { DEAD_LETTER_QUEUE_URL: queue.deadLetterUrl } });
  return {
    webhook: host('webhook', { entry: 'capturing' }),
    onboarding: worker('onboarding', aws.queues.normal),
    offboarding: worker('offboarding', aws.queues.urgent),
    sweeper: host('sweeper'),
    'nightly-export': host('nightly-export'),
  };
}
