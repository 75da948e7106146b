import { existsSync } from 'node:fs';
import { AppError } from '../../lib/errors.ts';
import type { Archive } from '../../lib/lifecycle/ports.ts';
import { SUMS } from '../../lib/review/pack.ts';
import { verifyPack, type PackPlace } from '../../lib/review/verify.ts';
import { REVIEW } from '../../lib/review/verdicts.ts';
import { readOptions, runMain } from './explain.ts';
import { openTarget, runsIn } from './frame/target.ts';
import { archivePack, folderOfNights, folderPack } from './review/place.ts';
import { FLAG, TEXT } from './frame/command.ts';

const HELP = `npm run verify -- <pack> [options]

Holds an evidence pack against its hashes, and the nights of its period against each other; names whatever was changed.
<pack> is a folder, or a review such as 2026-Q4, whose pack lies in the bucket.

Every file of every night is looked at too, where the nights can be read:
  --nights <folder>  a copy of the folder nights/ of the bucket
  --data <dir>       the data directory of npm start (.data/local where it runs)
  --outputs <file>   a deployed stack, with --config <file>
`;
const OPTIONS = { nights: TEXT, data: TEXT, outputs: TEXT, config: TEXT, help: FLAG } as const;
const LOCAL = '.data/local';
/** Done, but not all of it could be looked at. */
const ATTENTION = 3;

async function main(): Promise<void> {
  const { values, positionals } = readOptions({ options: OPTIONS, allowPositionals: true });
  const [pack] = positionals;
  if (values.help === true) return void process.stdout.write(HELP);
  if (pack === undefined) throw new AppError('ARGUMENT_INVALID', 'Name the pack.');
  const { nights, data, outputs, config } = values;
  const isRunning = runsIn(data ?? LOCAL);
  const archive =
    outputs !== undefined || data !== undefined || (isRunning && nights === undefined)
      ? (await openTarget({ data, outputs, config })).archive
      : undefined;
  const bucket = nights === undefined ? archive : folderOfNights(nights);
  const { review, root, files, nights: count, problems, known } = await verifyPack(placeOf(pack, archive), bucket);
  const lines = [
    ...problems.map((problem) => `✖ ${problem}`),
    ...known.map((problem) => `known when the review was closed: ${problem}`),
    `${review || pack}: ${files} files, ${count} nights${bucket === undefined ? ' by their manifests' : ' with every file'}. Hash of ${SUMS}: ${root}`,
    problems.length > 0
      ? `✖ ${problems.length} ${problems.length === 1 ? 'thing is' : 'things are'} not as it was.`
      : bucket === undefined
        ? '✓ The pack is as it was written. The files of the nights were not looked at: name --nights, --data or --outputs.'
        : '✓ Everything is as it was written. Compare the hash with the one that was noted when it was signed.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = problems.length > 0 ? 1 : bucket === undefined ? ATTENTION : 0;
}

function placeOf(pack: string, archive: Archive | undefined): PackPlace {
  if (existsSync(pack)) return folderPack(pack);
  if (archive !== undefined && REVIEW.test(pack)) return archivePack({ archive }, pack);
  throw new AppError(
    'ARGUMENT_INVALID',
    `There is no folder ${pack}, and no bucket is named in which a review ${pack} could lie.`,
  );
}

await runMain(main);
