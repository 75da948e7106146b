import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { packageOf } from '../support/bundle-packages.ts';

/** Has Node sample a process from its start, and write a profile into `directory` when it is told to end. */
export function profiled(directory: string): { NODE_OPTIONS: string } {
  const ends = "data:text/javascript,process.on('SIGTERM',()=>process.exit())";
  return { NODE_OPTIONS: `--cpu-prof --cpu-prof-interval=200 --cpu-prof-dir=${directory} --import=${ends}` };
}

const ProfileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
      children: z.array(z.number()).default([]),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});
type Profile = z.infer<typeof ProfileSchema>;

/**
 * Of all the time at work the share of each package, the largest first: what it did, and what Node did for it. `node` is
 * what Node did for none of them, such as its own start and the compiling of the bundle. The bundle and its profiles lie
 * in `directory`; it must not be minified, since then it says where each module begins.
 */
export function sharesOf(directory: string): Map<string, number> {
  const owners = lineOwners(readFileSync(join(directory, 'index.mjs'), 'utf8'));
  const times = new Map<string, number>();
  for (const name of readdirSync(directory).filter((file) => file.endsWith('.cpuprofile'))) {
    const profile = ProfileSchema.parse(JSON.parse(readFileSync(join(directory, name), 'utf8')));
    const places = placesOf(profile, `${directory}/index.mjs`, owners);
    profile.samples.forEach((id, index) => {
      const place = places.get(id) ?? 'idle';
      times.set(place, (times.get(place) ?? 0) + (profile.timeDeltas[index] ?? 0));
    });
  }
  times.delete('idle');
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  return new Map([...times].map(([name, time]) => [name, time / all] as const).sort(([, a], [, b]) => b - a));
}

/** The package of each line: esbuild writes the path of a module above it. */
function lineOwners(code: string): string[] {
  let owner = 'own';
  return code.split('\n').map((line) => {
    const [, path] = /^\/\/ (\S+\.[cm]?[jt]s)$/.exec(line) ?? [];
    return (owner = path === undefined ? owner : packageOf(path));
  });
}

/** For each place in the tree of calls, in which a parent stands before its children, on whose behalf it runs. */
function placesOf({ nodes }: Profile, bundle: string, owners: string[]): Map<number, string> {
  const parents = new Map(nodes.flatMap(({ id, children }) => children.map((child) => [child, id] as const)));
  const places = new Map<number, string>();
  for (const { id, callFrame } of nodes) {
    const { functionName, url, lineNumber } = callFrame;
    const own = url.endsWith(bundle) ? owners[lineNumber] : undefined;
    places.set(id, functionName === '(idle)' ? 'idle' : (own ?? places.get(parents.get(id) ?? NaN) ?? 'node'));
  }
  return places;
}
