import { synthesized } from './synthesized.ts';

/** The three stacks that everything is held against. */
export const CONFIGURATIONS = {
  'night only': synthesized({ features: { webhooks: false } }),
  full: synthesized(),
  'all options': synthesized({
    deployment: {
      customerKey: true,
      domain: {
        name: 'hooks.example.com',
        certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-4000-8000-000000000001',
      },
    },
    notify: {
      emails: ['duty@example.com'],
      slack: { workspaceId: 'T000000AA', channelId: 'C000000AA' },
      teams: {
        tenantId: 'aaaaaaaa-0000-4000-8000-000000000001',
        teamId: 'aaaaaaaa-0000-4000-8000-000000000002',
        channelId: '19%3aabc%40thread.tacv2',
      },
    },
  }),
};
