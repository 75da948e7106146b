import { createHash } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { createLanes } from '../../../lib/aws/lanes.ts';
import type { LaneMessage } from '../../../lib/lifecycle/event.ts';
import { drain, queueClientAt, startFauxqs } from '../../support/fauxqs.ts';
import { startScriptedServer, type Answer, type Call, type Reply } from '../../support/scripted-server.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const wake = (pid: string): LaneMessage => ({ schema: 1, type: 'wake', pid });
const three = ['p0', 'p1', 'p2'].map(wake);
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

interface Entry {
  Id: string;
  MessageBody: string;
}
const entriesOf = ({ body }: Call): Entry[] => JSON.parse(body.toString()).Entries;

/** Answers a batch as SQS does, when it takes some of it. */
function taking(call: Call, takes: (entry: Entry) => boolean): Reply {
  const entries = entriesOf(call);
  const Successful = entries.filter(takes).map(({ Id, MessageBody }) => ({
    Id,
    MessageId: `m${Id}`,
    MD5OfMessageBody: md5(MessageBody),
  }));
  const Failed = entries
    .filter((entry) => !takes(entry))
    .map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false }));
  return { status: 200, body: JSON.stringify({ Successful, Failed }) };
}

async function lanesAgainst(answer: Answer) {
  const server = await startScriptedServer(answer);
  stops.push(server.stop);
  const urls = { urgent: `${server.url}/1/urgent`, normal: `${server.url}/1/normal` };
  return { lanes: createLanes({ client: queueClientAt(server.url), urls }), calls: server.calls };
}

test('what a batch refuses is sent once more, and only that', async () => {
  const { lanes, calls } = await lanesAgainst((call, n) => taking(call, ({ Id }) => n > 1 || Id !== '1'));
  await lanes.send('normal', three);
  expect(calls.map((call) => entriesOf(call).map(({ MessageBody }) => JSON.parse(MessageBody).pid))).toEqual([
    ['p0', 'p1', 'p2'],
    ['p1'],
  ]);
});

test('what is refused twice is an error, so that no message is lost in silence', async () => {
  const { lanes, calls } = await lanesAgainst((call) => taking(call, ({ MessageBody }) => !MessageBody.includes('p1')));
  await expect(lanes.send('normal', three)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  expect(calls).toHaveLength(2);
});

test('an entry that the answer does not mention counts as refused', async () => {
  const { lanes } = await lanesAgainst(() => ({ status: 200, body: '{}' }));
  await expect(lanes.send('normal', three)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
});

test('one message too large for the queue does not hold back the others, and is reported', async () => {
  const { sqs, newQueue, stop } = await startFauxqs();
  stops.push(stop);
  const normal = await newQueue({ MaximumMessageSize: '1024' });
  const lanes = createLanes({ client: sqs, urls: { urgent: normal, normal } });
  const sent = lanes.send('normal', [wake('p0'), wake('x'.repeat(2000)), wake('p2')]);
  await expect(sent).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  expect(await drain(sqs, normal)).toHaveLength(2);
});

test('a queue that does not exist is QUEUE_UNAVAILABLE, for messages and for dead ones', async () => {
  const { url, sqs, stop } = await startFauxqs();
  stops.push(stop);
  const none = `${url}/000000000000/none`;
  const lanes = createLanes({ client: sqs, urls: { urgent: none, normal: none }, deadUrls: { urgent: none } });
  await expect(lanes.send('urgent', three)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  await expect(lanes.dead('urgent', 'x', 'X')).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
});

test('a dead message of a lane without a dead-letter queue is refused, not dropped', async () => {
  const { lanes } = await lanesAgainst(() => 'lost');
  await expect(lanes.dead('normal', 'x', 'X')).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
});

test('batches go at the same time: a first roster of many thousands has to be told between two sweeps', async () => {
  const both = Promise.withResolvers<void>();
  const { lanes } = await lanesAgainst(async (call, n) => {
    if (n === 2) both.resolve();
    await both.promise;
    return taking(call, () => true);
  });
  await lanes.send(
    'normal',
    Array.from({ length: 11 }, (_, n) => wake(`p${n}`)),
  );
});
