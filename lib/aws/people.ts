import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Message } from '../lifecycle/messages.ts';
import type { People } from '../lifecycle/ports.ts';
import { clientSettings, type ClientLimits } from './clients.ts';
import { orFailure } from './failure.ts';

export function createTopicClient(limits?: Partial<ClientLimits>): SNSClient {
  return new SNSClient(clientSettings(limits));
}

/** The topic of the alarms: a text for e-mail; for all others what Amazon Q Developer in chat applications shows. */
export function createPeople({ client, topic, tenant }: { client: SNSClient; topic: string; tenant: string }): People {
  return {
    async tell(message) {
      const command = new PublishCommand({
        TopicArn: topic,
        Subject: `Bitsight, ${tenant}: ${message.title}`.slice(0, MOST_SUBJECT),
        MessageStructure: 'json',
        Message: JSON.stringify({ default: JSON.stringify(inChat(message, tenant)), email: inMail(message, tenant) }),
      });
      await orFailure('PEOPLE_UNAVAILABLE', 'Publish', () => client.send(command));
    },
  };
}

/** SNS takes less than 100. */
const MOST_SUBJECT = 99;

function inMail({ id, title, says, next }: Message, tenant: string): string {
  return [
    title,
    '',
    says,
    '',
    ...next.map((line) => `- ${line}`),
    '',
    `Bitsight user lifecycle, ${tenant}; ${id}`,
  ].join('\n');
}

/** The schema of custom notifications, as the vendor's page on them gives it; nothing else of ours would be shown. */
function inChat({ id, about, title, says, next }: Message, tenant: string) {
  return {
    version: '1.0',
    source: 'custom',
    id,
    content: { textType: 'client-markdown', title: plain(title), description: plain(says), nextSteps: next.map(plain) },
    metadata: { threadId: id, summary: plain(title), eventType: about, additionalContext: { tenant } },
  };
}

/** An address or the name of a file must not become a mention, a link or a format. */
const plain = (text: string): string => text.replaceAll(/[<>*`~|]/g, ' ');
