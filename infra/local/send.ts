import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { parseConfig } from '../../lib/config/index.ts';
import { AppError } from '../../lib/errors.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { asCommand, parsed } from './command.ts';
import { SAMPLES, sampleDelivery } from './sample-delivery.ts';
import type { Sample } from './sample-delivery.ts';
import { deliver, sourceOf } from './sender.ts';

const HELP = `Sends one signed delivery to the system that npm start runs, as its sender would.

npm run -s send -- <source> hire | change | leave | <file> [--data .data/local] [--id <delivery id>]
`;

const isSample = (what: string): what is Sample => SAMPLES.some((sample) => sample === what);

async function send(args: string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const options = { data: { ...text, default: '.data/local' }, id: text, help: { type: 'boolean' } } as const;
  const { values, positionals } = parsed(() => parseArgs({ args, options, allowPositionals: true }));
  const [source, what] = positionals;
  if (values.help === true || source === undefined || what === undefined) return void process.stdout.write(HELP);
  const read = (name: string): unknown => JSON.parse(readText(join(values.data, name), 'Is npm start running?'));
  const { url } = z.object({ url: z.string() }).parse(read('running.json'));
  const config = parseConfig(read('lifecycle.json'), 'lifecycle.json');
  const secrets = z.record(z.string(), z.string()).parse(read('secrets.json'));
  const { speed, base } = z.object({ speed: z.number(), base: z.number() }).parse(read('clock.json'));
  const settings = sourceOf(config, source);
  const body = isSample(what) ? sampleDelivery(settings, what, config, clockAt(speed, base).now()) : readText(what, '');
  const door = { url, config, secrets: { value: (name: string) => secrets[name] ?? '' } };
  const answer = await deliver(door, source, body, values.id === undefined ? {} : { id: values.id });
  process.stdout.write(`${answer.status} ${answer.body}\n`);
}

function readText(path: string, hint: string): string {
  if (!existsSync(path)) throw new AppError('ARGUMENT_INVALID', `There is no ${path}. ${hint}`.trim());
  return readFileSync(path, 'utf8');
}

await asCommand(() => send(process.argv.slice(2)));
