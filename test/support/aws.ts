import { clientSettings } from '../../lib/aws/clients.ts';

/** Settings of an AWS client whose service answers at `endpoint`; one attempt, so that no test waits for a backoff. */
export function clientAt(endpoint: string, maxAttempts = 1) {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { ...clientSettings({ maxAttempts }), endpoint, region: 'us-east-1', credentials };
}
