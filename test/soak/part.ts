import { play } from './play.ts';
import { storyOf } from './story.ts';

/** Each `step`-th seed from `first` to before `end`. */
export interface Part {
  first: number;
  end: number;
  step: number;
  people?: number | undefined;
  /** The human whose story is to be told. */
  show?: number | undefined;
}
export interface Played {
  failed: number[];
  counts: Record<string, number>;
  cpuSeconds: number;
}

/** Plays one history after the other; what is broken in one is said at once, with the command that plays it again. */
export async function playAll(part: Part): Promise<Played> {
  const { first, end, step, people } = part;
  const all: Played = { failed: [], counts: {}, cpuSeconds: 0 };
  for (let seed = first; seed < end; seed += step) {
    const broken = await playOne(seed, part, all.counts);
    if (broken.length === 0) continue;
    all.failed.push(seed);
    const again = `npm run soak -- --seeds 1 --start ${seed}${people === undefined ? '' : ` --people ${people}`}`;
    console.log([`seed ${seed} (${again}):`, ...broken].join('\n  '));
  }
  const { user, system } = process.cpuUsage();
  return { ...all, cpuSeconds: (user + system) / 1e6 };
}

async function playOne(seed: number, { people, show }: Part, counts: Played['counts']): Promise<string[]> {
  try {
    const played = await play(seed, people);
    for (const [what, n] of played.counts) counts[what] = (counts[what] ?? 0) + n;
    if (show !== undefined) console.log((await storyOf(played.run, show)).join('\n'));
    return played.broken;
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

export function merge(parts: readonly Played[]): Played {
  const counts: Played['counts'] = {};
  for (const part of parts) for (const [what, n] of Object.entries(part.counts)) counts[what] = (counts[what] ?? 0) + n;
  return {
    failed: parts.flatMap(({ failed }) => failed).sort((a, b) => a - b),
    counts,
    cpuSeconds: parts.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
}
