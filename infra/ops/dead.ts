import { toIso } from '../../lib/time.ts';
import type { Command } from './frame/command.ts';
import { aboutOf, kindOf, lettersTable, whyDead, withLetters } from './frame/letters.ts';

const HINT =
  'npm run ops -- replay <id> sends one back into its lane. What can never be read leaves by itself after 14 days.';

export const command: Command = {
  summary: 'messages in the dead-letter queues, with the reason',
  usage: '',
  help: 'Looks without taking anything away; what is looked at is hidden from others for a moment.',
  run: (target) =>
    withLetters(target, async (letters) => ({
      text: letters.length === 0 ? 'Nothing is dead.' : `${lettersTable(letters, Date.now())}\n\n${HINT}`,
      data: letters.map((letter) => ({
        id: letter.id,
        lane: letter.lane,
        sentAt: toIso(letter.sentAt),
        kind: kindOf(letter),
        about: aboutOf(letter),
        reason: whyDead(letter),
        message: letter.message ?? null,
      })),
      attention: letters.length > 0,
    })),
};
