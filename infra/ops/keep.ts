import { decidePerson } from './frame/decision.ts';
import { type Command, TEXT } from './frame/command.ts';
import { PERSON_HELP } from './frame/person.ts';

export const command: Command = {
  summary: 'somebody counts as employed, whatever was said of them so far',
  usage: '<person> [--until <day>]',
  help: `Over as soon as a source says something new of their employment, or with that day.\n${PERSON_HELP}`,
  options: { until: TEXT },
  run: (target, given) => decidePerson(target, given, 'keep', { kind: 'mover', employment: 'active' }),
};
