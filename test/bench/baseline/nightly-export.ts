import { bitsight, dynamodb, s3, secrets } from './clients.ts';
import { replay } from './replay.ts';

export const handler = replay({ bitsight: bitsight(), dynamodb: dynamodb(), s3: s3(), secrets: secrets() });
