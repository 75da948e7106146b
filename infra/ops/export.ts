import { run } from './own-snapshot.ts';

await run({
  name: 'export',
  does: 'Writes every account of your Bitsight tenant, complete or not at all, with what changed since last time.',
  out: 'export',
  says({ manifest: { counts, readings, calls, previous, changes }, review: { verdict, alarm } }) {
    const since =
      previous === null
        ? 'nothing to compare with'
        : `+${changes.joined} −${changes.left} ~${changes.changed} since ${previous.startedAt ?? previous.date}`;
    const figures = `${counts.people} people · ${counts.tokens} company API tokens · ${since}`;
    const how = `${readings} ${readings === 1 ? 'reading' : 'readings'}, ${calls} calls`;
    return [`✓ ${verdict}.`, ...(alarm === undefined ? [] : [`✖ ${alarm}`]), figures, how].join('\n');
  },
});
