import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { LANES, type Lane } from '../lifecycle/event.ts';
import { orFailure } from './failure.ts';

/** A message that no worker could do. */
export interface DeadLetter {
  id: string;
  lane: Lane;
  body: string;
  /** Why the worker put it away; undefined: it came back from the lane too often. */
  reason?: string;
  /** Epoch milliseconds of the wall: when it was first sent. */
  sentAt: number;
  /** By which whoever took it gives it back or removes it. */
  handle: string;
}

/** What lies in the dead-letter queues. Every failure is QUEUE_UNAVAILABLE; what was taken comes back by itself. */
export interface DeadLetters {
  /** All of them; nobody else sees them until they are given back, or for a minute. */
  take(): Promise<DeadLetter[]>;
  giveBack(letters: readonly DeadLetter[]): Promise<void>;
  remove(letter: DeadLetter): Promise<void>;
}

const HIDDEN_SECONDS = 60;
const BATCH = 10; // SQS takes and gives no more at once

export function createDeadLetters(options: { client: SQSClient; urls: Partial<Record<Lane, string>> }): DeadLetters {
  const { client, urls } = options;
  const urlOf = (lane: Lane): string => urls[lane] ?? '';

  async function receive(lane: Lane): Promise<DeadLetter[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: urlOf(lane),
      MaxNumberOfMessages: BATCH,
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: 1, // a short poll asks only some of the servers
      MessageAttributeNames: ['reason'],
      MessageSystemAttributeNames: ['SentTimestamp'],
    });
    const { Messages = [] } = await client.send(command);
    return Messages.map((message) => letterOf(lane, message));
  }

  async function takeAll(lane: Lane): Promise<DeadLetter[]> {
    const taken = new Map<string, DeadLetter>();
    for (let more = await receive(lane); more.length > 0; more = await receive(lane))
      for (const letter of more) taken.set(letter.id, letter); // a queue may give one twice: the last handle counts
    return [...taken.values()].sort((a, b) => a.sentAt - b.sentAt);
  }

  return {
    take: () =>
      orFailure('QUEUE_UNAVAILABLE', 'Receiving', async () => {
        const lanes = LANES.filter((lane) => urlOf(lane) !== '');
        return (await Promise.all(lanes.map(takeAll))).flat();
      }),
    giveBack: (letters) =>
      orFailure('QUEUE_UNAVAILABLE', 'Giving back', async () => {
        for (const lane of LANES) {
          const handles = letters.filter((letter) => letter.lane === lane).map(({ handle }) => handle);
          for (let at = 0; at < handles.length; at += BATCH) {
            const Entries = handles
              .slice(at, at + BATCH)
              .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
            await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: urlOf(lane), Entries }));
          }
        }
      }),
    remove: ({ lane, handle }) =>
      orFailure('QUEUE_UNAVAILABLE', 'Removing', async () => {
        await client.send(new DeleteMessageCommand({ QueueUrl: urlOf(lane), ReceiptHandle: handle }));
      }),
  };
}

function letterOf(lane: Lane, message: Message): DeadLetter {
  const reason = message.MessageAttributes?.['reason']?.StringValue;
  return {
    id: message.MessageId ?? '',
    lane,
    body: message.Body ?? '',
    sentAt: Number(message.Attributes?.SentTimestamp ?? 0),
    handle: message.ReceiptHandle ?? '',
    ...(reason !== undefined && { reason }),
  };
}
