import { secrets, sqs } from './clients.ts';
import { replay } from './replay.ts';

export const handler = replay({ secrets: secrets(), sqs: sqs() });
