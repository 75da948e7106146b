import { decidePerson } from './frame/decision.ts';
import type { Command } from './frame/command.ts';
import { PERSON_HELP } from './frame/person.ts';

export const command: Command = {
  summary: 'somebody counts as having left, whatever was said of them so far',
  usage: '<person>',
  help: `Their account ends as the configuration says of leavers. Over as soon as a source says something new.\n${PERSON_HELP}`,
  run: (target, given) => decidePerson(target, given, 'end', { kind: 'leaver', employment: 'ended-now' }),
};
