import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { localAws } from '../local-aws.ts';

// Writes to every service, receives one of two messages, says so, and waits to be killed.
const { aws, archive, lanes, sqs, store } = await localAws(process.argv[2] ?? '');
await store.put({ pk: 'P#1', sk: 'P', schema: 1, lane: 'normal', wakeAt: 5 }, 'absent');
await lanes.send('urgent', [
  { schema: 1, type: 'wake', pid: 'one' },
  { schema: 1, type: 'wake', pid: 'two' },
]);
await sqs.send(new ReceiveMessageCommand({ QueueUrl: aws.queues.urgent.url, MaxNumberOfMessages: 1 }));
async function* body() {
  yield Buffer.from('kept');
}
await archive.put('nights/1/users.csv', body(), 'text/csv');
process.stdout.write('written\n');
setInterval(() => undefined, 1000);
