import type { Command } from './frame/command.ts';
import { entriesOf, entryColumns, historyOf } from './frame/history.ts';
import { findPerson, namedAs, PERSON_HELP, titleOf } from './frame/person.ts';
import { table } from './frame/table.ts';
import { waitsOf } from './frame/waits.ts';

export const command: Command = {
  summary: 'everything known of one person in order of time, and what waits',
  usage: '<person>',
  help: PERSON_HELP,
  async run(target, { args: [who] }) {
    const person = await findPerson(target, who);
    const history = await historyOf(target, person);
    const entries = entriesOf(target, person, history);
    const waits = await waitsOf(target, person);
    const text = [
      `${titleOf(namedAs(person, target))}, ${person.pid}`,
      entries.length === 0 ? 'Nothing is known.' : table(entries, entryColumns),
      waits.length === 0 ? 'Nothing waits.' : `Waits\n  ${waits.join('\n  ')}`,
    ];
    return { text: text.join('\n\n'), data: { person, ...history, entries, waits } };
  },
};
