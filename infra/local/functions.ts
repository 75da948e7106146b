import type { Lane } from '../../lib/lifecycle/event.ts';
import { FUNCTION_LIMITS } from '../function-limits.ts';
import type { FunctionName } from '../function-limits.ts';
import type { LocalAws } from './aws.ts';
import type { LogLine } from './execution-environment.ts';
import { createFunctionHost } from './function-host.ts';
import type { FunctionHost } from './function-host.ts';

export type LocalFunctions = Record<FunctionName, FunctionHost>;

/** Which function works on which lane, and how many messages it takes at once. */
export const WORKERS: Record<Lane, { name: FunctionName; batchSize: number }> = {
  urgent: { name: 'offboarding', batchSize: 1 },
  normal: { name: 'onboarding', batchSize: 5 },
};

/** Received and not deleted messages come back after six times the timeout of the worker, as Lambda demands. */
export const VISIBILITY_SECONDS = 6 * FUNCTION_LIMITS.onboarding.timeoutSeconds;

/** Every function with the environment that the stack would give it. */
export function createLocalFunctions(options: {
  aws: LocalAws;
  configFile: string;
  clock: { speed: number; base: number };
  log: LogLine;
}): LocalFunctions {
  const { aws, configFile, clock, log } = options;
  const shared = {
    ...aws.environment,
    CONFIG_FILE: configFile,
    SECRET_PREFIX: '',
    CLOCK_SPEED: String(clock.speed),
    CLOCK_BASE: String(clock.base),
  };
  const host = (name: FunctionName, environment: Record<string, string> = {}): FunctionHost =>
    createFunctionHost(
      {
        name,
        entry: new URL(`../../functions/${name}/index.ts`, import.meta.url),
        timeoutMs: FUNCTION_LIMITS[name].timeoutSeconds * 1000,
        concurrency: FUNCTION_LIMITS[name].concurrency,
        environment: { ...shared, AWS_LAMBDA_FUNCTION_NAME: name, ...environment },
      },
      log,
    );
  return {
    webhook: host('webhook'),
    onboarding: host('onboarding', { DEAD_LETTER_QUEUE_URL: aws.queues.normal.deadLetterUrl }),
    offboarding: host('offboarding', { DEAD_LETTER_QUEUE_URL: aws.queues.urgent.deadLetterUrl }),
    sweeper: host('sweeper'),
    'nightly-export': host('nightly-export'),
  };
}
