import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynalite } from '../../infra/local/dynalite.ts';
import { createDynamoStore } from '../../lib/aws/store.ts';
import { clientAt } from '../support/aws.ts';
import { createLedgerTable, nonces } from '../support/dynamo.ts';
import { createMemoryStore } from '../support/memory/store.ts';
import { storeContract, type StoreMaker } from './store.contract.ts';

function dynamoAt(url: string, stop: () => Promise<void>): StoreMaker {
  const client = new DynamoDBClient(clientAt(url));
  return {
    newStore: async () => createDynamoStore({ client, table: await createLedgerTable(url), nonce: nonces() }),
    async close() {
      client.destroy();
      await stop();
    },
  };
}

storeContract('in memory', async () => ({ newStore: async () => createMemoryStore(), close: async () => undefined }));

storeContract('on dynalite', async () => {
  const server = await startDynalite();
  return dynamoAt(server.url, server.stop);
});

// where there is a DynamoDB Local, the same holds there
const local = process.env['DYNAMODB_LOCAL_URL'];
if (local !== undefined) storeContract('on DynamoDB Local', async () => dynamoAt(local, async () => undefined));
