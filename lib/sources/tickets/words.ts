import type { TicketAnswer } from '../../lifecycle/ledger.ts';
import { HELD, REASONS } from '../../lifecycle/reasons.ts';
import { toIso } from '../../time.ts';

const SAYS: Record<string, string> = { ...REASONS, ...HELD };

/** What became of a request, for whoever asked and whoever has to act. No name, no address. */
export function wordsOf({ result, code, names = [], what, at }: TicketAnswer): string {
  const why = SAYS[code] ?? code;
  if (result === 'done')
    return `Bitsight: the account was ${what ?? 'changed'}, and read back at ${toIso(at)}: ${why}.`;
  if (result === 'no-op') return `Bitsight: nothing had to be changed: ${why}.`;
  const named = names.length === 0 ? '' : ` (${names.join(', ')})`;
  return `Bitsight: not carried out, somebody has to act: ${why}${named}.`;
}

/** By which an answer is known again. */
export const reference = ({ id }: Pick<TicketAnswer, 'id'>): string => `(reference ${id})`;

/** Whether it stands there already, or the last thing we said was the same: then nobody has to be told twice. */
export function isSaid(answer: TicketAnswer, comments: readonly string[]): boolean {
  const texts = comments.join('\n');
  const last = texts.slice(0, Math.max(0, texts.indexOf(' (reference ')));
  return texts.includes(reference(answer)) || last.endsWith(wordsOf(answer));
}
