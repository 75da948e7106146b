import { dynamodb } from './clients.ts';
import { replay } from './replay.ts';

export const handler = replay({ dynamodb: dynamodb() });
