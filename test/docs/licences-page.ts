import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { page, table } from './markdown.ts';

const LockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string(), license: z.string().default('not said'), dev: z.boolean().default(false) }),
  ),
});

/** What may be built on without asking: each lets a company use, change and pass on the work, and asks for no source. */
export const PERMITTED = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0'];

/** Licence → `name version` of each package that functions and commands build on, as the lockfile has them. */
export function licences(): Map<string, string[]> {
  const { packages } = LockSchema.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
  const built = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
  const byLicence = Map.groupBy(built, ([, { license }]) => license);
  const named = [...byLicence].map(([licence, all]): [string, string[]] => [
    licence,
    all.map(([path, { version }]) => `${path.split('node_modules/').at(-1)} ${version}`).sort(),
  ]);
  return new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** docs/licences.md */
export function licencesPage(): string {
  return page('Licences of what we build on', 'package-lock.json', [
    'What `npm ci --omit=dev` installs: the functions hold what they use of it, the commands run on it. Tools of development (the CDK, jest, the linter) are not in it and not deployed. As CycloneDX, with hashes: `npm run -s sbom > sbom.json`.',
    table(
      ['licence', 'packages'],
      [...licences()].map(([licence, packages]) => [licence, packages.join(', ')]),
    ),
    `A test refuses any licence but ${PERMITTED.join(', ')}.`,
  ]);
}
