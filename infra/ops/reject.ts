import { DAY } from '../../lib/time.ts';
import { type Command, TEXT } from './frame/command.ts';
import { decideShown } from './frame/decide.ts';

export const command: Command = {
  summary: 'rejects a batch exactly as it is shown',
  usage: '<batch> [--until <day>]',
  help: 'Its members stay held until then, whatever is said of them again; who is hired again is no member any more.',
  options: { until: TEXT },
  run: (target, given) => decideShown(target, given, { status: 'rejected', lasts: 365 * DAY }),
};
