import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { configHash } from '../config/canonical.ts';
import { parseConfig } from '../config/parse.ts';
import type { Config } from '../config/schema.ts';
import { AppError } from '../errors.ts';

export interface LoadedConfig {
  config: Config;
  /** SHA-256 of the canonical JSON, hex: stands in every receipt. */
  hash: string;
}

/**
 * Reads the canonical JSON that was written at build time.
 *
 * @param path absolute, or relative to the bundle (on one machine to the working directory).
 * @throws AppError CONFIG_INVALID naming the file and what is wrong in it.
 */
export function loadConfig(path: string): LoadedConfig {
  const config = parseConfig(readJson(resolve(process.env['LAMBDA_TASK_ROOT'] ?? '.', path)), path);
  return { config, hash: configHash(config) };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', `${path} cannot be read as JSON.`, { cause });
  }
}
