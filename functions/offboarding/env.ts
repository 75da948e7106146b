export { LaneEnvSchema as OffboardingEnvSchema } from '../../lib/runtime/lane-env.ts';
