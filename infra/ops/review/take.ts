import { basename } from 'node:path';
import { AppError } from '../../../lib/errors.ts';
import { takeWorksheet } from '../../../lib/review/take.ts';
import type { Given, Report } from '../frame/command.ts';
import { writeDecision } from '../frame/decision.ts';
import { readBytes } from '../frame/file.ts';
import type { Target } from '../frame/target.ts';

/** Takes one worksheet in that came back. */
export async function take(target: Target, given: Given, id: string): Promise<Report> {
  const path = given.args[2];
  if (path === undefined) throw new AppError('ARGUMENT_INVALID', 'Name the file.');
  const taken = await takeWorksheet(target, basename(path), await readBytes(path), id);
  await writeDecision(target, given, 'review take', { ...taken });
  const replaced = taken.replaced === 0 ? '' : ` ${taken.replaced} were decided otherwise before.`;
  return {
    text: `${taken.rows} rows of ${id} are decided by it.${replaced} Next: npm run ops -- review plan ${id}.`,
    data: taken,
  };
}
