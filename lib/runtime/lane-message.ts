import { AppError } from '../errors.ts';
import { type LaneMessage, LaneMessageSchema } from '../lifecycle/event.ts';
import { jsonIn } from '../json.ts';

/**
 * Reads the body of a queue message.
 *
 * @throws AppError MESSAGE_UNREADABLE naming the first wrong place: no repetition mends it, it belongs into the
 * dead-letter queue.
 */
export function parseLaneMessage(body: string): LaneMessage {
  const parsed = LaneMessageSchema.safeParse(jsonIn(body));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new AppError('MESSAGE_UNREADABLE', `Wrong at ${first?.path.join('.') || 'the whole message'}.`);
}
