import '../../lib/runtime/jitless.ts';
import { parseEnv } from '../../lib/runtime/env.ts';
import { laneDeps } from '../../lib/runtime/lane-deps.ts';
import { OffboardingEnvSchema } from './env.ts';
import { createOffboardingHandler } from './handler.ts';

export const handler = createOffboardingHandler(
  laneDeps('urgent', 'offboarding', parseEnv(OffboardingEnvSchema, process.env)),
);
