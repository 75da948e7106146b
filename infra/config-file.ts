import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  canonicalJson,
  type Capabilities,
  CapabilitiesSchema,
  type Config,
  ConfigFileSchema,
  configHash,
  configProblems,
  invalidConfig,
  isTicketing,
  parseConfig,
  verdictsOf,
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
  const written = parseConfig(await readPlainObject(file), file, ConfigFileSchema);
  const capabilities = capabilitiesBeside(file);
  const config =
    capabilities !== undefined && isOf(capabilities, written)
      ? { ...written, capabilities: verdictsOf(capabilities) }
      : written;
  const year = new Date().getUTCFullYear();
  const context = { years: [year, year + 1], now: Date.now(), decide: decidePolicy };
  const problems = [...configProblems(config, context), ...(await mappingProblemsOf(config))];
  if (problems.length > 0) throw invalidConfig(file, problems);
  return { config, json: canonicalJson(config), hash: configHash(config), path: file };
}

/** The language of mappings is loaded only where there is one. */
async function mappingProblemsOf(config: Config): Promise<string[]> {
  if (!Object.values(config.sources).some((source) => source.kind === 'mapping' || isTicketing(source))) return [];
  const { mappingProblems } = await import('../lib/sources/mapping/samples.ts');
  return mappingProblems(config);
}

/** Where `npm run ops -- probe` writes what it found. */
export function capabilitiesPath(configFile: string): string {
  return join(dirname(configFile), 'capabilities.json');
}

/** What was probed for the configuration in `file`, or for another one in the same folder. */
export function capabilitiesBeside(file: string): Capabilities | undefined {
  const path = capabilitiesPath(file);
  if (!existsSync(path)) return undefined;
  try {
    return CapabilitiesSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const problem = 'is not as this version writes it, remove it and run npm run ops -- probe again';
    throw new AppError('CONFIG_INVALID', `${path}: ${problem}.`, { cause });
  }
}

/** What was seen of one tenant proves nothing of another one. */
export function isOf(found: Capabilities, { tenant, bitsight }: Config): boolean {
  return found.tenant === tenant && found.host === new URL(bitsight.baseUrl).hostname;
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
