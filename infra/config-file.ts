import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  canonicalJson,
  type Config,
  configHash,
  configProblems,
  invalidConfig,
  parseConfig,
} from '../lib/config/index.ts';
import { AppError } from '../lib/errors.ts';
import { decidePolicy } from '../lib/lifecycle/policy.ts';

const NAMES = ['lifecycle.config.ts', 'lifecycle.config.mjs', 'lifecycle.config.json'];

export interface ConfigFile {
  config: Config;
  /** Canonical JSON, as the functions read it. */
  json: string;
  /** SHA-256 of `json`, hex. */
  hash: string;
  /** Absolute path of the file it came from. */
  path: string;
}

/** Reads, validates and checks the configuration once: the file given, else the one that `configPath` finds. */
export async function loadConfigFile(
  path = configPath(process.argv.slice(2), process.env, process.cwd()),
): Promise<ConfigFile> {
  const file = resolve(path);
  const config = parseConfig(await readPlainObject(file), file);
  const year = new Date().getUTCFullYear();
  const problems = configProblems(config, { years: [year, year + 1], decide: decidePolicy });
  if (problems.length > 0) throw invalidConfig(file, problems);
  return { config, json: canonicalJson(config), hash: configHash(config), path: file };
}

/** `--config <file>`, else LIFECYCLE_CONFIG, else the first of lifecycle.config.{ts,mjs,json} in `cwd`. */
export function configPath(args: string[], env: Record<string, string | undefined>, cwd: string): string {
  const { config } = parseArgs({ args, options: { config: { type: 'string' } }, strict: false }).values;
  if (config === true) throw new AppError('CONFIG_INVALID', '--config is not followed by a file.');
  const named = typeof config === 'string' ? config : env['LIFECYCLE_CONFIG'];
  if (named !== undefined && named !== '') return resolve(cwd, named);
  const found = NAMES.map((name) => resolve(cwd, name)).find(existsSync);
  if (found !== undefined) return found;
  throw new AppError(
    'CONFIG_INVALID',
    `No configuration: neither --config, LIFECYCLE_CONFIG nor ${NAMES.join(', ')} in ${cwd}.`,
  );
}

async function readPlainObject(file: string): Promise<unknown> {
  if (!existsSync(file)) throw invalidConfig(file, ['no such file']);
  try {
    if (extname(file) === '.json') return JSON.parse(await readFile(file, 'utf8'));
    const module: { default?: unknown } = await import(pathToFileURL(file).href);
    if (module.default !== undefined) return module.default;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n', 1).join('') : 'unknown reason';
    throw new AppError('CONFIG_INVALID', `${file}: could not be read: ${reason}.`, { cause });
  }
  throw invalidConfig(file, ['has no default export, write export default { ... }']);
}
