import { bitsight, dynamodb, events, secrets } from './clients.ts';
import { replay } from './replay.ts';

export const handler = replay({ bitsight: bitsight(), dynamodb: dynamodb(), events: events(), secrets: secrets() });
