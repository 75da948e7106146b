export { handler } from './onboarding.ts';
