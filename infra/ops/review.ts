import type { Review } from '../../lib/export/review.ts';
import { run } from './own-snapshot.ts';

function summary({ verdict, sentence, alarm, numbers }: Review): string {
  const figures = numbers.map(({ label, value, note }) => (value === '?' ? note : `${value} ${label}`)).join(' · ');
  return [`✓ ${verdict}.`, alarm === undefined ? sentence : `✖ ${alarm}`, figures].join('\n');
}

await run({
  name: 'review',
  does: 'Reads every account of your Bitsight tenant and writes an access review.',
  out: 'out',
  says: ({ review }) => summary(review),
});
