import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** All TypeScript files below the folders, as paths from the root of the project. */
export function sourceFiles(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
}
