import { plain } from './columns.ts';

const EMPLOYED = 'active activated employed current onleave leave parentalleave hired probation'.split(' ');
const ENDED = 'inactive terminated left leaver former ended resigned retired dismissed deactivated offboarded'.split(
  ' ',
);

/** What a word of the status column says; `unknown`: its people are taken as employed. `ended`: further words for gone. */
export function statusOf(
  word: string | undefined,
  ended: readonly string[] = [],
): 'employed' | 'ended' | 'none' | 'unknown' {
  const status = plain(word ?? '');
  if (status === '') return 'none';
  if (ENDED.includes(status) || ended.some((one) => plain(one) === status)) return 'ended';
  return EMPLOYED.includes(status) ? 'employed' : 'unknown';
}
