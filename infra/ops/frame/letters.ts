import type { DeadLetter } from '../../../lib/aws/dead-letters.ts';
import { jsonIn } from '../../../lib/json.ts';
import { LaneMessageSchema, type LaneMessage } from '../../../lib/lifecycle/event.ts';
import { DAY, HOUR, MINUTE } from '../../../lib/time.ts';
import { table } from './table.ts';
import type { Target } from './target.ts';

/** A dead letter and what it says; without a message it can never be read. */
export interface Letter extends DeadLetter {
  message?: LaneMessage;
}

/** Takes all that are there, hands them to `work` and gives back whatever it did not remove. */
export async function withLetters<T>(
  { dead }: Pick<Target, 'dead'>,
  work: (letters: Letter[]) => Promise<T>,
): Promise<T> {
  const taken = await dead.take();
  try {
    return await work(taken.map(read));
  } finally {
    await dead.giveBack(taken);
  }
}

function read(letter: DeadLetter): Letter {
  const message = LaneMessageSchema.safeParse(jsonIn(letter.body)).data;
  return message === undefined ? letter : { ...letter, message };
}

/** Why it lies there. */
export function whyDead({ reason, message }: Letter): string {
  if (message === undefined) return `${reason ?? 'MESSAGE_UNREADABLE'}, can never be read`;
  return reason ?? 'its worker failed each time';
}

export function kindOf({ message }: Letter): string {
  if (message === undefined) return 'unknown';
  return message.type === 'wake' ? 'wake' : message.event.kind;
}

export function aboutOf({ message }: Letter): string {
  if (message === undefined) return '';
  if (message.type === 'wake') return message.pid;
  const { source, employeeId, attributes } = message.event;
  return employeeId === undefined ? (attributes.email ?? source) : `${source}:${employeeId}`;
}

/** `now`: wall time, epoch milliseconds, as queues count it. */
export function lettersTable(letters: readonly Letter[], now: number): string {
  return table(letters, [
    { title: 'id', of: ({ id }) => id },
    { title: 'lane', of: ({ lane }) => lane },
    { title: 'age', of: ({ sentAt }) => ageText(now - sentAt), right: true },
    { title: 'kind', of: kindOf },
    { title: 'about', of: aboutOf },
    { title: 'reason', of: whyDead },
  ]);
}

function ageText(ms: number): string {
  if (ms >= 2 * DAY) return `${Math.floor(ms / DAY)} d`;
  return ms >= 2 * HOUR ? `${Math.floor(ms / HOUR)} h` : `${Math.floor(ms / MINUTE)} min`;
}
