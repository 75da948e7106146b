import { parseArgs } from 'node:util';
import * as z from 'zod';
import { AppError } from '../../lib/errors.ts';
import { parsed } from './command.ts';
import { FLAG, TEXT } from '../ops/frame/command.ts';

export const HELP = `The whole system on this machine: front door, queues, workers, ledger, nightly export and a stand-in for Bitsight.
Nothing leaves it. What was stored is found again at the next start.

npm start -- [options]
  --config <file>       lifecycle.config.ts, or what LIFECYCLE_CONFIG names
  --port <n>            of the front door; 3000, 0 takes a free one
  --simulator-port <n>  of the stand-in for Bitsight; 3001, 0 takes a free one
  --data <dir>          where everything is kept; .data/local
  --speed <n>           how many times as fast as the wall clock effective dates, pauses, retries and schedules run; 1
  --plan                changes are planned and recorded, none is made; what was armed here is so no more
  --users <n>           people in the stand-in at the first start; 42
  --seed <n>            another seed, other people
  --verbose             show what the functions log
  --help
`;

const number = (what: z.ZodInt | z.ZodNumber) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'is not a number')
    .transform(Number)
    .pipe(what);
const port = number(z.int('is not a whole number').max(65_535, 'is not a port'));
const whole = number(z.int('is not a whole number').max(1_000_000, 'is above 1000000'));

const OptionsSchema = z.object({
  port: port.default(3000),
  'simulator-port': port.default(3001),
  data: z.string().min(1, 'is empty').default('.data/local'),
  speed: number(z.number().min(1, 'is below 1').max(100_000, 'is above 100000')).default(1),
  plan: z.boolean().default(false),
  users: whole.default(42),
  seed: whole.optional(),
  verbose: z.boolean().default(false),
});

/** @throws AppError ARGUMENT_INVALID naming the option that is wrong. */
export function readOptions(args: string[]) {
  const values = parse(args);
  if (values['help'] === true) return 'help' as const;
  const { data: options, error } = OptionsSchema.safeParse(values);
  if (options !== undefined) {
    const { 'simulator-port': simulatorPort, ...rest } = options;
    return { ...rest, simulatorPort };
  }
  const wrong = error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`);
  throw new AppError('ARGUMENT_INVALID', `${wrong.join(', ')}.`);
}

function parse(args: string[]): Record<string, unknown> {
  const named = { config: TEXT, port: TEXT, 'simulator-port': TEXT, data: TEXT, speed: TEXT, users: TEXT, seed: TEXT };
  return parsed(() => parseArgs({ args, options: { ...named, plan: FLAG, verbose: FLAG, help: FLAG } }).values);
}
