import type { Config, WebhookSource } from '../../lib/config/index.ts';
import { AppError, isAppError } from '../../lib/errors.ts';
import type { LifecycleEvent } from '../../lib/lifecycle/event.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { ids } from '../../lib/runtime/ids.ts';
import { translate } from '../../lib/sources/index.ts';
import { greeting } from '../../lib/webhooks/index.ts';
import { loadConfigFile } from '../config-file.ts';
import { sourceOf } from '../local/sender.ts';
import { type Given, type Report, type Standalone, TEXT } from '../ops/frame/command.ts';
import { openTarget, type TargetOptions } from '../ops/frame/target.ts';
import { when } from '../ops/frame/words.ts';
import { type Delivered, deliveredInFiles, lastCaptured, whyUnreadable } from './delivered.ts';
import { secretInFile } from './door.ts';
import { meaningsOf, meaningText } from './meaning.ts';
import { type Checked, checkSignature } from './signature.ts';

export const command: Standalone = {
  summary: 'whether a delivery is signed rightly, what it means, and what the policy would do; changes nothing',
  usage: '<source> --payload <file> [--headers <file>] | --captured last',
  help: `  --payload <file>      the body, byte for byte
  --headers <file>      its headers, as JSON or as lines of the form name: value; without them nothing is verified
  --secret-file <file>  the secret; else it is asked for
  --url <address>       the address that the sender called, where the dialect signs it
  --captured last       instead: the last delivery that the door captured (sources.<source>.capture in the configuration)`,
  options: { payload: TEXT, headers: TEXT, 'secret-file': TEXT, url: TEXT, captured: TEXT },
  async runAlone(where, given) {
    const [source = ''] = given.args;
    const { config, delivered, secrets } = await subject(where, source, given);
    const settings = sourceOf(config, source);
    const known = secrets ?? (Object.keys(delivered.request.headers).length === 0 ? [] : await asked(settings, given));
    const checked = known.length === 0 ? undefined : checkSignature(settings, delivered, known);
    return report(source, settings, config, delivered, checked);
  },
};

async function subject(where: TargetOptions, source: string, given: Given) {
  const { captured } = given.options;
  if (captured === undefined) {
    const { config } = await loadConfigFile(where.config);
    sourceOf(config, source); // before any file is asked for
    return { config, delivered: await deliveredInFiles(source, given) };
  }
  if (captured !== 'last') throw new AppError('ARGUMENT_INVALID', 'Write --captured last.');
  const target = await openTarget(where);
  const config = where.config === undefined ? target.config : (await loadConfigFile(where.config)).config;
  const { secret } = sourceOf(config, source);
  const own = await secretInFile(given);
  const secrets = own === undefined ? await target.secrets.accepted(secret).catch(notForUs) : [own];
  return { config, delivered: await lastCaptured(target.archive, source), secrets };
}

/** In a deployed stack nobody's role may read what senders sign with: then it is asked for. */
function notForUs(error: unknown): undefined {
  if (!isAppError(error, 'SECRET_UNAVAILABLE')) throw error;
}

async function asked({ secret }: WebhookSource, given: Given): Promise<string[]> {
  const value = (await secretInFile(given)) ?? (await given.hidden(`The secret ${secret}, Enter to leave it out`));
  return value.trim() === '' ? [] : [value.trim()];
}

async function report(
  source: string,
  config: WebhookSource,
  whole: Config,
  { request, door }: Delivered,
  checked: Checked | undefined,
): Promise<Report> {
  const now = clockAt(1).now();
  const signed = checked?.verdict.ok === true ? checked.verdict : {};
  const delivery = { raw: request.body, headers: request.headers, receivedAt: door?.at ?? now, source, config, signed };
  const isGreeting = [true, false].some(
    (proven) => config.handshake !== undefined && greeting(config.handshake, request, proven) !== undefined,
  );
  const read = isGreeting ? [] : await translate(delivery, ids()).catch(whyUnreadable);
  const meanings = typeof read === 'string' ? [] : meaningsOf(read, whole, now);
  const unchecked =
    Object.keys(request.headers).length === 0
      ? 'not checked: there are no headers, --headers names a file with them'
      : 'not checked: there is no secret, --secret-file names a file with it';
  const lines = [
    ...(door === undefined ? [] : [`came       ${when(door.at)}, answered with ${door.status}`]),
    `signature  ${checked?.text ?? unchecked}`,
    `means      ${isGreeting ? `nothing: it is the handshake ${config.handshake}` : meantText(read)}`,
    ...meanings.map(meaningText),
    ...(meanings.length === 0 ? [] : ['Of somebody of whom nothing else is known. Nothing was changed.']),
  ];
  const isHeld = meanings.some(({ decisions }) => decisions.some(({ desired }) => desired.kind === 'held'));
  const attention = checked?.verdict.ok === false || typeof read === 'string' || isHeld;
  const said = typeof read === 'string' ? { unreadable: read } : { meanings };
  return { text: lines.join('\n'), data: { source, door, verdict: checked?.verdict, ...said }, attention };
}

function meantText(read: LifecycleEvent[] | string): string {
  if (typeof read === 'string') return `it cannot be read, the door answers 400: ${read}`;
  return read.length === 0
    ? 'nothing: the door answers 200, and nothing happens'
    : `${read.length} ${read.length === 1 ? 'event' : 'events'}`;
}
