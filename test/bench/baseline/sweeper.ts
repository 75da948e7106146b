import { dynamodb, s3 } from './clients.ts';
import { replay } from './replay.ts';

export const handler = replay({ dynamodb: dynamodb(), s3: s3() });
