import { AppError } from '../../lib/errors.ts';
import { type Command, type Given, FLAG } from './frame/command.ts';
import { writeDecision } from './frame/decision.ts';
import { lettersTable, withLetters, type Letter } from './frame/letters.ts';
import type { Target } from './frame/target.ts';

export const command: Command = {
  summary: 'sends dead messages back into their lane, where they are planned against what is true today',
  usage: '<id> | --all',
  help: 'The first characters of an id are enough. What can never be read is not sent.',
  options: { all: FLAG },
  async run(target, given) {
    const confirmed = given.options['all'] === true ? await confirmAll(target, given) : undefined;
    return withLetters(target, async (letters) => {
      const chosen =
        confirmed === undefined ? [one(letters, given.args[0])] : letters.filter(({ id }) => confirmed.has(id));
      for (const letter of chosen) await replay(target, given, letter);
      const ids = chosen.map(({ id }) => id);
      const stay = confirmed === undefined ? 0 : letters.filter(({ message }) => message === undefined).length;
      const rest = stay === 0 ? '' : ` ${stay} can never be read, and leave by themselves after 14 days.`;
      return { text: `${ids.length} sent back into their lane.${rest}`, data: { replayed: ids } };
    });
  },
};

/** Nothing is hidden from the workers while somebody thinks. */
async function confirmAll(target: Target, given: Given): Promise<Set<string>> {
  const readable = await withLetters(target, async (letters) => letters.filter(({ message }) => message !== undefined));
  if (readable.length > 0)
    await given.confirm(
      `${lettersTable(readable, Date.now())}\n\n${readable.length} go back into their lane on ${target.name}.`,
      'replay',
    );
  return new Set(readable.map(({ id }) => id));
}

function one(letters: readonly Letter[], start: string | undefined): Letter {
  if (start === undefined) throw new AppError('ARGUMENT_INVALID', 'Name the message, or --all.');
  const [letter, ...others] = letters.filter(({ id }) => id.startsWith(start));
  if (letter === undefined) throw new AppError('LETTER_UNKNOWN', `No dead message has an id that begins so.`);
  if (others.length > 0) throw new AppError('ARGUMENT_INVALID', `${others.length + 1} ids begin so; name more of it.`);
  return letter;
}

/** Out of the dead-letter queue only when the lane has taken it: what is sent twice is the same event. */
async function replay(target: Target, given: Given, letter: Letter): Promise<void> {
  const { id, lane, message, reason } = letter;
  if (message === undefined) throw new AppError('MESSAGE_UNREADABLE', 'No worker can ever read this one.');
  await target.lanes.send(lane, [message]);
  await target.dead.remove(letter);
  const about =
    message.type === 'wake' ? { pid: message.pid } : { event: message.event.id, received: message.event.received };
  await writeDecision(target, given, 'replay', { letter: id, lane, ...about, ...(reason !== undefined && { reason }) });
}
