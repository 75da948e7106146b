import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { startAwsJsonServer } from '../../infra/local/aws-json-server.ts';
import { createOutcomes } from '../../lib/aws/outcomes.ts';
import { OutcomeSchema } from '../../lib/lifecycle/ledger.ts';
import type { Outcome } from '../../lib/lifecycle/outcome.ts';
import { clientAt } from '../support/aws.ts';
import { createMemoryOutcomes } from '../support/memory/outcomes.ts';
import { outcomesContract } from './outcomes.contract.ts';

outcomesContract('in memory', async () => {
  const published: Outcome[] = [];
  return {
    outcomes: createMemoryOutcomes({ published }),
    published: () => published,
    close: async () => undefined,
  };
});

outcomesContract('on EventBridge, over the wire', async () => {
  const published: Outcome[] = [];
  const server = await startAwsJsonServer({
    secrets: new Map(),
    onEvents: (entries) => void published.push(...entries.map(({ Detail }) => OutcomeSchema.parse(JSON.parse(Detail)))),
  });
  const client = new EventBridgeClient(clientAt(server.url));
  return {
    outcomes: createOutcomes({ client, bus: 'bus' }),
    published: () => published,
    async close() {
      client.destroy();
      await server.stop();
    },
  };
});
