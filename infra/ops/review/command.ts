import { AppError } from '../../../lib/errors.ts';
import { REVIEW } from '../../../lib/review/verdicts.ts';
import { type Command, type Given, type Report, TEXT } from '../frame/command.ts';
import type { Target } from '../frame/target.ts';
import { apply, plan } from './apply.ts';
import { close } from './close.ts';
import { open } from './open.ts';
import { list, status } from './status.ts';
import { take } from './take.ts';

const HELP = `  open <review>          freezes the last night and writes a worksheet for each manager, else for each group
  take <review> <file>   takes a worksheet in that came back; putting it into review-inbox/ in the bucket does the same
  status [review]        what each row waits for, and the nights that are missing
  plan <review>          what the decisions would change
  apply <review>         shows it, asks, and tells the workers
  close <review>         refuses while anything is open, then writes the evidence; npm run verify checks that

  --per manager|group    of open: whose worksheet a row stands in (manager)
  --out <folder>         of open and close: a folder for what is written, beside the archive

A review is a quarter, such as 2026-Q4; docs/access-review.md shows one from its beginning to its end.`;

type Step = (target: Target, given: Given, review: string) => Promise<Report>;
const STEPS: Record<string, Step> = { open, take, status, plan, apply, close };

export const command: Command = {
  summary: 'an access review: worksheets for reviewers, their decisions carried out and proven, the evidence',
  usage: 'open|take|status|plan|apply|close [review]',
  help: HELP,
  options: { per: TEXT, out: TEXT },
  async run(target, given) {
    const [word = '', review] = given.args;
    const step = Object.hasOwn(STEPS, word) ? STEPS[word] : undefined;
    if (step === undefined) throw new AppError('ARGUMENT_INVALID', `Say what: ${Object.keys(STEPS).join(', ')}.`);
    if (review === undefined && step === status) return list(target);
    if (review !== undefined && REVIEW.test(review)) return step(target, given, review);
    throw new AppError('ARGUMENT_INVALID', 'Name the review by its quarter, such as 2026-Q4.');
  },
};
