import { DAY } from '../../lib/time.ts';
import { type Command, TEXT } from './frame/command.ts';
import { decideShown } from './frame/decide.ts';

export const command: Command = {
  summary: 'approves a batch exactly as it is shown',
  usage: '<batch> [--until <day>]',
  help: 'Its members are planned anew within a minute; only a plan that is the one you saw is carried out.',
  options: { until: TEXT },
  run: (target, given) => decideShown(target, given, { status: 'approved', lasts: 7 * DAY }),
};
