export { LaneEnvSchema as OnboardingEnvSchema } from '../../lib/runtime/lane-env.ts';
