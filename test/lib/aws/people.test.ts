import { SNSClient } from '@aws-sdk/client-sns';
import { afterEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLoopbackFauxqs } from '../../../infra/local/loopback-fauxqs.ts';
import { createPeople } from '../../../lib/aws/people.ts';
import type { Message } from '../../../lib/lifecycle/messages.ts';
import { clientAt } from '../../support/aws.ts';

const MESSAGE: Message = {
  id: 'batch-b1',
  about: 'batches',
  title: 'A batch of 3 people waits for a decision',
  says: 'Who: <!channel>@example.com.',
  next: ['Look: npm run ops -- held b1'],
};
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function told(topicIsThere = true) {
  const directory = mkdtempSync(join(tmpdir(), 'people-'));
  const seen: string[] = [];
  const paths = { queues: join(directory, 'queues'), bucket: join(directory, 'bucket') };
  const fauxqs = await startLoopbackFauxqs(paths, (message) => void seen.push(message));
  const { arn } = fauxqs.sns.createTopic('people', undefined, undefined, 'eu-central-1');
  const client = new SNSClient(clientAt(fauxqs.url));
  stops.push(async () => {
    client.destroy();
    await fauxqs.stop();
    rmSync(directory, { recursive: true });
  });
  await createPeople({ client, topic: topicIsThere ? arn : `${arn}-gone`, tenant: 'main' }).tell(MESSAGE);
  return JSON.parse(seen[0] ?? '{}');
}

test('one message carries a text for e-mail and, for all else, what chat shows', async () => {
  const { email, default: chat } = await told();
  expect(email).toBe(`A batch of 3 people waits for a decision

Who: <!channel>@example.com.

- Look: npm run ops -- held b1

Bitsight user lifecycle, main; batch-b1`);
  expect(JSON.parse(chat)).toEqual({
    version: '1.0',
    source: 'custom',
    id: 'batch-b1',
    content: {
      textType: 'client-markdown',
      title: 'A batch of 3 people waits for a decision',
      description: 'Who:  !channel @example.com.', // nobody is mentioned by an address
      nextSteps: ['Look: npm run ops -- held b1'],
    },
    metadata: {
      threadId: 'batch-b1',
      summary: 'A batch of 3 people waits for a decision',
      eventType: 'batches',
      additionalContext: { tenant: 'main' },
    },
  });
});

test('a topic that is not there is PEOPLE_UNAVAILABLE', async () => {
  await expect(told(false)).rejects.toMatchObject({ code: 'PEOPLE_UNAVAILABLE' });
});
