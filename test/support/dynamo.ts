import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { LEDGER_TABLE_DEFINITION } from '../../infra/local/ledger-table.ts';
import { clientAt } from './aws.ts';

/** A new, empty ledger table at a DynamoDB; its name is not taken by another run. */
export async function createLedgerTable(url: string): Promise<string> {
  const client = new DynamoDBClient(clientAt(url, 3));
  const TableName = `ledger-${process.pid}-${performance.now().toFixed(3)}`;
  await client.send(new CreateTableCommand({ TableName, ...LEDGER_TABLE_DEFINITION }));
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 0.01, maxDelay: 0.05 }, { TableName });
  client.destroy();
  return TableName;
}

/** Unique for ever within a process. */
export function nonces(): () => string {
  let n = 0;
  return () => `nonce-${(n += 1)}`;
}
