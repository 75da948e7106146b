import type { WebhookSource } from '../../lib/config/index.ts';
import { AppError } from '../../lib/errors.ts';
import { dialectOf, keyOf } from '../../lib/webhooks/index.ts';
import { strongSecret } from '../local/secret-file.ts';
import { sourceOf } from '../local/sender.ts';
import { type Command, type Given, FLAG } from '../ops/frame/command.ts';
import { keyPlaceOf, pageOf } from './systems.ts';

export const command: Command = {
  summary: 'makes a strong secret for a source, stores it and says where to paste it',
  usage: '<source> [--paste | --api]',
  help: `In the form that the dialect of the source needs. The one before stays accepted until the next change, so paste the new
one without hurry. For the system that npm start runs; with --outputs for a deployed stack.

  --paste           where that system makes the key itself: typed without echo, or piped
  --api             the key by which that system is asked, or answered; typed without echo, or piped`,
  options: { paste: FLAG, api: FLAG },
  async run(target, given) {
    const [source = ''] = given.args;
    const settings = sourceOf(target.config, source);
    const isApi = given.options['api'] === true;
    const isPasted = isApi || given.options['paste'] === true;
    const { makes, where } = keyPlaceOf(settings);
    if (makes === 'they' && !isPasted)
      throw new AppError('ARGUMENT_INVALID', `That system makes the key itself: ${where}. Put it in by --paste.`);
    const secret = isApi ? apiSecretOf(settings) : settings.secret;
    await given.confirm(`The secret ${secret} of ${source}, on ${target.name}, is replaced.`, source);
    const dialect = dialectOf(settings);
    const value = isPasted ? await pasted(given, secret) : strongSecret(dialect);
    if (!isApi && keyOf(dialect, value) === undefined)
      throw new AppError('ARGUMENT_INVALID', `This cannot be the key: it has to be ${where}, of 16 bytes or more.`);
    await target.secretStore.replace(secret, value);
    const stored = `${secret} is stored. It is taken up within five minutes.`;
    const page = pageOf(settings);
    if (isPasted) return { text: stored, data: { source, secret, page } };
    const paste = `Paste this in that system as ${where} (${page}):`;
    return { text: `${stored}\n${paste}\n\n  ${value}\n`, data: { source, secret, page, value, where } };
  },
};

function apiSecretOf(source: WebhookSource): string {
  const api = 'fetch' in source ? source.fetch : 'answer' in source ? source.answer : undefined;
  if (api !== undefined) return api.secret;
  throw new AppError('ARGUMENT_INVALID', 'This source has neither fetch nor answer: nothing is asked there.');
}

async function pasted(given: Given, name: string): Promise<string> {
  const value = (await given.hidden(`The secret ${name}`)).trim();
  if (value !== '') return value;
  throw new AppError('ARGUMENT_INVALID', 'No secret was given: type it, or pipe it.');
}
