import { bitsight, dynamodb, secrets, sns } from './clients.ts';
import { replay } from './replay.ts';
import { s3 } from './s3.ts';

export const handler = replay({ bitsight: bitsight(), dynamodb: dynamodb(), s3: s3(), secrets: secrets(), sns: sns() });
