import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Config, WebhookSource } from '../../lib/config/index.ts';
import { AppError } from '../../lib/errors.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { loadConfigFile } from '../config-file.ts';
import type { Given } from '../ops/frame/command.ts';
import { readBytes } from '../ops/frame/file.ts';
import { readOutputs } from '../ops/frame/stack.ts';
import { openTarget, type TargetOptions } from '../ops/frame/target.ts';

/** Where deliveries go, and what they are signed with. */
export interface Door {
  /** Without a slash at its end. */
  url: string;
  config: Config;
  /** Domain time, epoch milliseconds. */
  now: number;
  secretOf(source: WebhookSource): Promise<string>;
}

/** The door of `npm start`, of a deployed stack, or whatever answers at `--url`. */
export async function openDoor(where: TargetOptions, given: Given): Promise<Door> {
  const { url } = given.options;
  const isElsewhere = typeof url === 'string' && where.data === undefined && where.outputs === undefined;
  const target = isElsewhere ? undefined : await openTarget(where);
  const config = target?.config ?? (await loadConfigFile(where.config)).config;
  return {
    config,
    url: baseOf(typeof url === 'string' ? url : urlOf(where, config)),
    now: (target?.clock ?? clockAt(1)).now(),
    secretOf: async ({ secret }) =>
      (await secretInFile(given)) ??
      (target === undefined ? given.hidden(`The secret ${secret}`) : target.secrets.current(secret)),
  };
}

/** What stands in `--secret-file`, without the line end that editors put there. */
export async function secretInFile({ options }: Given): Promise<string | undefined> {
  const { 'secret-file': file } = options;
  return typeof file === 'string'
    ? Buffer.from(await readBytes(file, '--secret-file: '))
        .toString()
        .trim()
    : undefined;
}

function urlOf({ data = '.data/local', outputs }: TargetOptions, config: Config): string {
  if (outputs === undefined)
    return z.object({ url: z.string() }).parse(JSON.parse(readFileSync(join(data, 'running.json'), 'utf8'))).url;
  const url = readOutputs(outputs, config).WebhookUrl;
  if (url === undefined) throw new AppError('ARGUMENT_INVALID', 'This stack has no door: features.webhooks is false.');
  return url;
}

/** People paste the address of a source as well as that of the door. */
function baseOf(url: string): string {
  if (!URL.canParse(url)) throw new AppError('ARGUMENT_INVALID', '--url: not an address such as https://example.com.');
  return url.replace(/\/webhooks(\/.*)?$/, '').replace(/\/$/, '');
}
