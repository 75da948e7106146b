import { createReadStream, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NIGHTS } from '../../../lib/export/nights.ts';
import type { Archive } from '../../../lib/lifecycle/ports.ts';
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

/** A copy of the nights of a bucket. */
export function folderOfNights(path: string): Pick<Archive, 'get'> {
  return {
    async get(key) {
      const file = join(path, key.slice(NIGHTS.length));
      return existsSync(file) ? createReadStream(file) : undefined;
    },
  };
}
