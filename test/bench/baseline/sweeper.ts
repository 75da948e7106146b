import { dynamodb } from './clients.ts';
import { replay } from './replay.ts';
import { s3 } from './s3.ts';

export const handler = replay({ dynamodb: dynamodb(), s3: s3() });
