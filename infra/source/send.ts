import type { Config } from '../../lib/config/index.ts';
import { AppError } from '../../lib/errors.ts';
import { deliver, sourceOf } from '../local/sender.ts';
import { type Given, type Standalone, TEXT } from '../ops/frame/command.ts';
import { readBytes } from '../ops/frame/file.ts';
import { openDoor } from './door.ts';
import { EVENTS, isEvent, type Sample, sampleOf } from './sample.ts';

export const command: Standalone = {
  summary: 'signs what a source would send when somebody is hired, changes or leaves, and delivers it',
  usage: '<source> --event <what> | --payload <file> [--url <address>]',
  help: `To the system that npm start runs; with --outputs to a deployed stack. The person is invented.

  --event <what>        ${Object.keys(EVENTS).join(', ')}: a mapping sends its own sample
  --payload <file>      instead: this body, as it is
  --url <address>       another address of the door, such as https://hooks.example.com
  --id <id>             id of the delivery, where the dialect has one: the same again is a redelivery
  --secret-file <file>  instead of the stored secret`,
  options: { event: TEXT, payload: TEXT, url: TEXT, id: TEXT, 'secret-file': TEXT },
  async runAlone(where, given) {
    const door = await openDoor(where, given);
    const [source = ''] = given.args;
    const settings = sourceOf(door.config, source);
    const { body, headers } = await sampleFor(given, door.config, source, door.now);
    const { id } = given.options;
    const answer = await deliver({ ...door, secrets: { value: () => '' } }, source, body, {
      secret: await door.secretOf(settings),
      ...(headers && { headers }),
      ...(typeof id === 'string' && { id }),
    });
    return { text: `${answer.status} ${answer.body}`, data: answer, attention: answer.status >= 300 };
  },
};

async function sampleFor({ options }: Given, config: Config, source: string, now: number): Promise<Sample> {
  const { event, payload } = options;
  if (typeof payload === 'string') return { body: await readBytes(payload, '--payload: ') };
  if (typeof event === 'string' && isEvent(event)) return sampleOf(sourceOf(config, source), event, config, now);
  const names = Object.keys(EVENTS).join(', ');
  throw new AppError('ARGUMENT_INVALID', `Say by --event what happens (${names}), or by --payload what to send.`);
}
