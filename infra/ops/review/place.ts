import { createReadStream, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { folderOf } from '../../../lib/review/kept.ts';
import type { PackPlace } from '../../../lib/review/verify.ts';
import type { Target } from '../frame/target.ts';

/** The pack that lies in the archive. */
export function archivePack({ archive }: Pick<Target, 'archive'>, id: string): PackPlace {
  const prefix = `${folderOf(id)}pack/`;
  return {
    get: (name) => archive.get(`${prefix}${name}`),
    names: async () => (await archive.list(prefix)).map((key) => key.slice(prefix.length)),
  };
}

/** A pack that was handed out. */
export function folderPack(path: string): PackPlace {
  return {
    get: async (name) => (existsSync(join(path, name)) ? createReadStream(join(path, name)) : undefined),
    names: () => readdir(path),
  };
}
