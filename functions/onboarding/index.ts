import '../../lib/runtime/jitless.ts';
import { parseEnv } from '../../lib/runtime/env.ts';
import { laneDeps } from '../../lib/runtime/lane-deps.ts';
import { OnboardingEnvSchema } from './env.ts';
import { createOnboardingHandler } from './handler.ts';

export const handler = createOnboardingHandler(
  laneDeps('normal', 'onboarding', parseEnv(OnboardingEnvSchema, process.env)),
);
