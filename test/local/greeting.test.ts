import { expect, test } from '@jest/globals';
import { toSend } from '../../infra/local/greeting.ts';
import { parseConfig } from '../../lib/config/index.ts';

const ticket = {
  kind: 'mapping',
  secret: 'ticket-webhook',
  auth: 'bearer',
  employment: false,
  says: 'grant',
  fields: { email: 'mail', role: "'customer_user'" },
  samples: [
    {
      name: 'approved',
      body: { mail: 'kim@example.com' },
      means: [{ says: 'grant', email: 'kim@example.com', role: 'customer_user' }],
    },
  ],
};
const hr = { kind: 'standard-webhooks', secret: 'hr-webhook' };

test.each([
  ['a source that hires, though a ticket stands before it', { ticket, hr }, 'hr --event hired'],
  ['what a ticket says, where nobody hires', { ticket }, 'ticket --event granted'],
])('what npm start tells to try is at hand: %s', (_, sources, expected) => {
  expect(toSend(parseConfig({ company: 'Example', sources }, 'test'))).toBe(expected);
});
