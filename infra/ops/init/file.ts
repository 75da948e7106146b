import { constants } from 'node:fs';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../../lib/errors.ts';
import { loadConfigFile } from '../../config-file.ts';

const CLONE = fileURLToPath(new URL('../../..', import.meta.url));
const TYPES = join(CLONE, 'lib', 'config', 'schema.ts');

/** Each tenant has a folder of its own, where what is probed finds its place too. */
export const outFor = (tenant: string): string => join('tenants', tenant, 'lifecycle.config.ts');

/** The types as a file in the clone imports them; a file outside stands alone. */
export function typesFor(out: string): string | undefined {
  const file = resolve(out);
  if (extname(file) !== '.ts' || !file.startsWith(CLONE)) return undefined;
  const path = relative(dirname(file), TYPES).split(sep).join('/');
  return path.startsWith('.') ? path : `./${path}`;
}

/** Written only when it passes every check that a start makes, and never over another file. */
export async function writeChecked(out: string, text: string): Promise<void> {
  const draft = join(dirname(out), `.draft-${process.pid}${extname(out)}`);
  await naming(out, async () => {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(draft, text, { flag: 'wx' });
  });
  try {
    await loadConfigFile(draft);
    await naming(out, () => copyFile(draft, out, constants.COPYFILE_EXCL));
  } finally {
    await rm(draft);
  }
}

async function naming(out: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const code =
      typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'no reason given';
    throw new AppError('ARGUMENT_INVALID', `--out: ${out} cannot be written (${code}).`, { cause });
  }
}
