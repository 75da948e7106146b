import { afterEach, expect, test } from '@jest/globals';
import { createDeadLetters } from '../../../lib/aws/dead-letters.ts';
import { createLanes } from '../../../lib/aws/lanes.ts';
import { queueClientAt, startFauxqs } from '../../support/fauxqs.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function queues() {
  const { sqs, newQueue, stop } = await startFauxqs();
  stops.push(stop);
  const urls = { urgent: await newQueue(), normal: await newQueue() };
  return { lanes: createLanes({ client: sqs, deadUrls: urls }), dead: createDeadLetters({ client: sqs, urls }) };
}

test('takes all of both queues, more than one answer holds, with the reason each was put away for', async () => {
  const { lanes, dead } = await queues();
  for (let n = 0; n < 12; n++) await lanes.dead('normal', `body ${n}`, 'MESSAGE_UNREADABLE');
  await lanes.dead('urgent', 'body', 'LEDGER_UNREADABLE');
  const letters = await dead.take();
  expect(letters.map(({ lane, reason }) => `${lane} ${reason ?? ''}`)).toEqual([
    'urgent LEDGER_UNREADABLE',
    ...Array.from({ length: 12 }, () => 'normal MESSAGE_UNREADABLE'),
  ]);
  expect(new Set(letters.map(({ body }) => body)).size).toBe(13);
  expect(letters.every(({ id, sentAt }) => id !== '' && sentAt > 0)).toBe(true);
});

test('what was taken is hidden from others, and there again at once when it is given back', async () => {
  const { lanes, dead } = await queues();
  for (let n = 0; n < 12; n++) await lanes.dead('normal', `body ${n}`, 'MESSAGE_UNREADABLE');
  const first = await dead.take();
  expect(await dead.take()).toEqual([]);
  await dead.giveBack(first);
  expect((await dead.take()).map(({ id }) => id).sort()).toEqual(first.map(({ id }) => id).sort());
});

test('what was removed is gone, and giving it back besides does no harm', async () => {
  const { lanes, dead } = await queues();
  for (const body of ['one', 'two']) await lanes.dead('urgent', body, 'MESSAGE_UNREADABLE');
  const letters = await dead.take();
  for (const letter of letters) if (letter.body === 'one') await dead.remove(letter);
  await dead.giveBack(letters);
  expect((await dead.take()).map(({ body }) => body)).toEqual(['two']);
});

test('a deployment without lanes has no dead letters, and a queue that does not answer is QUEUE_UNAVAILABLE', async () => {
  const client = queueClientAt('http://127.0.0.1:1');
  stops.push(async () => client.destroy());
  expect(await createDeadLetters({ client, urls: { urgent: '', normal: '' } }).take()).toEqual([]);
  const dead = createDeadLetters({ client, urls: { urgent: 'http://127.0.0.1:1/0/urgent' } });
  await expect(dead.take()).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
});
