import { createLanes } from '../../lib/aws/lanes.ts';
import { drain, startFauxqs } from '../support/fauxqs.ts';
import { createMemoryLanes, emptyQueues } from '../support/memory/lanes.ts';
import { lanesContract } from './lanes.contract.ts';

lanesContract('in memory', async () => ({
  async newLanes() {
    const queues = emptyQueues();
    return {
      lanes: createMemoryLanes({ queues }),
      bodies: async (lane) => queues[lane],
      dead: async (of) => queues.dead.filter(({ lane }) => lane === of).map(({ body, reason }) => ({ body, reason })),
    };
  },
  close: async () => undefined,
}));

lanesContract('on SQS by fauxqs', async () => {
  const { sqs, newQueue, stop } = await startFauxqs();
  return {
    async newLanes() {
      const urls = { urgent: await newQueue(), normal: await newQueue() };
      const deadUrls = { urgent: await newQueue(), normal: await newQueue() };
      return {
        lanes: createLanes({ client: sqs, urls, deadUrls }),
        bodies: async (lane) => (await drain(sqs, urls[lane])).map(({ Body = '' }) => Body),
        dead: async (lane) =>
          (await drain(sqs, deadUrls[lane])).map(({ Body = '', MessageAttributes = {} }) => ({
            body: Body,
            reason: MessageAttributes['reason']?.StringValue ?? '',
          })),
      };
    },
    close: stop,
  };
});
