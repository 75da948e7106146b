import { synthesized } from './synthesized.ts';

export const DOMAIN = {
  name: 'hooks.example.com',
  certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-4000-8000-000000000001',
};

/** The three stacks that everything is held against. */
export const CONFIGURATIONS = {
  'night only': synthesized({ features: { webhooks: false } }),
  full: synthesized(),
  'full, own key and domain': synthesized({ deployment: { customerKey: true, domain: DOMAIN } }),
};
