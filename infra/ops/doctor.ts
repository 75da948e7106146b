import { askedOnce, CHECKS, look, type Verdict } from './checks.ts';
import type { Command } from './frame/command.ts';
import { table } from './frame/table.ts';

const MARKS: Record<Verdict['state'], string> = { well: '✓', wrong: '✖', unknown: '?' };

export const command: Command = {
  summary: 'checks everything from end to end, and what to do about what is wrong',
  usage: '',
  help: 'It reads only: one call at a time to Bitsight, and no more than GET. ? is what nobody can tell from here.',
  async run(target) {
    const found: (Verdict & { what: string })[] = [];
    const asked = askedOnce(target);
    for (const [what, check] of Object.entries(CHECKS)) found.push({ what, ...(await look(asked, check)) });
    const bad = found.filter(({ state }) => state === 'wrong').length;
    const rows = table(found, [
      { title: '', of: ({ state }) => MARKS[state] },
      { title: 'what', of: ({ what }) => what },
      { title: 'found', of: ({ says }) => says },
      { title: 'what to do', of: ({ mend }) => mend, folds: true },
    ]);
    const verdict = bad === 0 ? 'Nothing is wrong.' : `${bad} of ${found.length} are wrong.`;
    return { text: `${rows}\n\n${verdict}`, data: found, attention: bad > 0 };
  },
};
