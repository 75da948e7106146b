import { AppError } from '../../lib/errors.ts';
import { GrantSchema } from '../../lib/lifecycle/event.ts';
import { decidePerson } from './frame/decision.ts';
import { type Command, FLAG, TEXT } from './frame/command.ts';
import { PERSON_HELP } from './frame/person.ts';

export const command: Command = {
  summary: 'gives one person a role and group that no rule gives; --none takes the decision back',
  usage: '<person> --role <slug> [--group <name>] [--until <day>] | <person> --none',
  help: PERSON_HELP,
  options: { role: TEXT, group: TEXT, until: TEXT, none: FLAG },
  async run(target, given) {
    const { role, group, none } = given.options;
    if (none === true) return decidePerson(target, given, 'grant', { kind: 'mover', access: null });
    const access = GrantSchema.safeParse({ role, ...(group !== undefined && { group }) });
    if (!access.success) throw new AppError('ARGUMENT_INVALID', '--role: a role slug such as customer_user.');
    return decidePerson(target, given, 'grant', { kind: 'mover', access: access.data });
  },
};
