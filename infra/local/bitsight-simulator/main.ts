import { parseArgs } from 'node:util';
import * as z from 'zod';
import { AppError, isAppError } from '../../../lib/errors.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from './server.ts';
import { FLAG, TEXT } from '../../ops/frame/command.ts';

const HELP = `A stand-in for Bitsight's Users API on this machine. Nothing leaves it, all people are invented.

npm run simulator -- [options]
  --port <n>            3001; 0 takes a free one
  --users <n>           people at the beginning; 1000
  --company-tokens <n>  company API tokens at the beginning; 2
  --seed <n>            another seed, other people; 7
  --data <dir>          keep population and call record there; without it they are gone at the end
  --speed <n>           how many times as fast as the wall clock time runs; 1
  --help`;

const whole = z.coerce.number<string>('not a number').int('not a whole number').nonnegative('below 0').optional();
const OptionsSchema = z.object({
  port: whole.default(3001),
  users: whole,
  'company-tokens': whole,
  seed: whole,
  data: z.string().min(1).optional(),
  speed: z.coerce.number<string>('not a number').positive('not above 0').optional(),
});

function read(): SimulatorOptions | 'help' {
  const names = { port: TEXT, users: TEXT, 'company-tokens': TEXT, seed: TEXT, data: TEXT, speed: TEXT } as const;
  const { values } = parseArgs({ options: { ...names, help: FLAG } });
  if (values.help === true) return 'help';
  const { data: options, error } = OptionsSchema.safeParse(values);
  if (options === undefined)
    throw new AppError(
      'ARGUMENT_INVALID',
      `--${error.issues.map((i) => `${i.path.join()}: ${i.message}`).join(', ')}.`,
    );
  return { ...options, companyTokens: options['company-tokens'] };
}

function greeting({ url, token, core }: Simulator): string {
  return `Bitsight simulator at ${url} with ${core.users().length} accounts. Three things to try:

  curl -u ${token}: '${url}/ratings/v2/users?limit=2'
  curl -u ${token}: -H 'content-type: application/json' -d '{"email":"robin@example.com","formal_name":"Robin Example","roles":[{"slug":"customer_user"}]}' ${url}/ratings/v2/users
  curl ${url}/__simulator/calls

Ctrl-C stops it.`;
}

async function main(): Promise<void> {
  const options = read();
  if (options === 'help') return void process.stdout.write(`${HELP}\n`);
  const simulator = await startSimulator(options);
  process.stdout.write(`${greeting(simulator)}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void simulator.stop());
}

main().catch((error: unknown) => {
  // parseArgs: an option that is not there
  const line = isAppError(error)
    ? error.line
    : error instanceof TypeError
      ? `${error.message}. See --help.`
      : String(error);
  process.stderr.write(`${line}\n`);
  process.exitCode = 1;
});
