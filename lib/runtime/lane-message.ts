import { AppError } from '../errors.ts';
import { type LaneMessage, LaneMessageSchema } from '../lifecycle/event.ts';

/**
 * Reads the body of a queue message.
 *
 * @throws AppError MESSAGE_UNREADABLE naming the first wrong place: no repetition mends it, it belongs into the
 * dead-letter queue.
 */
export function parseLaneMessage(body: string): LaneMessage {
  const parsed = LaneMessageSchema.safeParse(json(body));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new AppError('MESSAGE_UNREADABLE', `Wrong at ${first?.path.join('.') || 'the whole message'}.`);
}

/** `undefined` is no JSON value, so it fails the schema as any other wrong message does. */
function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // the parser's own message quotes the body
  }
}
