import { AppError } from '../../lib/errors.ts';
import { countAccounts } from './connection.ts';
import type { Command } from './frame/command.ts';
import { writeDecision } from './frame/decision.ts';

export const command: Command = {
  summary: 'puts a new API token in: tried by one harmless read before it replaces the current one',
  usage: 'set bitsight',
  help: `The token is typed without echo, or piped. It is stored beside the current one, read back,
tried with GET /users, and only then made the current one. Functions that run take it up within five minutes, or at once
when Bitsight refuses the old one: nothing has to be stopped, and no event is lost. Revoke the old token in Bitsight
after that. The secrets of sources: npm run source -- secret <source>.`,
  async run(target, given) {
    if (given.args.join(' ') !== 'set bitsight') throw new AppError('ARGUMENT_INVALID', 'Write: secret set bitsight.');
    const { config, secretStore } = target;
    const token = (await given.hidden('Bitsight API token')).trim();
    if (token === '') throw new AppError('ARGUMENT_INVALID', 'No API token was given: type it or pipe it.');
    let seen = { people: 0, tokens: 0 };
    await secretStore.replace(config.bitsight.tokenSecret, token, async (stored) => {
      seen = await countAccounts(target.bitsight(async () => stored));
      if (seen.people + seen.tokens === 0)
        throw new AppError('BITSIGHT_PERMISSION_DENIED', 'The token sees nobody, not even its own account.');
    });
    await writeDecision(target, given, 'secret set bitsight', seen);
    const { people, tokens } = seen;
    return {
      text: `The token works: it sees ${people} people and ${tokens} company API tokens. It is the current one from now on.`,
      data: seen,
    };
  },
};
