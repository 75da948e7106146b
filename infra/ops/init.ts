import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { AppError } from '../../lib/errors.ts';
import { clockAt } from '../../lib/runtime/clock.ts';
import { dateIn } from '../../lib/time.ts';
import { connect, PRODUCTION, safeUrl } from './connection.ts';
import { namingHost, readOptions, runMain } from './explain.ts';
import { openTerminal } from './init/ask.ts';
import { outFor, typesFor, writeChecked } from './init/file.ts';
import { ANSWER_OPTIONS, askAll, type Answers, type Given } from './init/questions.ts';
import { surveyText, takeSurvey, type Survey } from './init/survey.ts';
import { configText } from './init/text.ts';
import { readToken, TOKEN_VARIABLE } from './token.ts';
import { FLAG, TEXT } from './frame/command.ts';

const HELP = `npm run init [-- options]

Looks at your Bitsight tenant, asks a few questions and writes its configuration. It reads only: no request but GET is
sent. The API token is asked for, read from ${TOKEN_VARIABLE}, or taken from the first line of a pipe; it is kept nowhere.

  --out <file>              a .ts or .mjs file that is not there yet (tenants/<tenant>/lifecycle.config.ts)
  --base-url <url>          another address of the API
  --company <name>          these and the following answer a question, so that nobody has to be there
  --tenant <id>             short id of this deployment; made of the company's name
  --source <kind>           bamboohr, hibob, personio, okta, standard-webhooks, roster or none
  --sign-in <kind>          password, saml or saml-jit
  --mapped yes|no           whether the identity provider sets role and group; with saml and saml-jit
  --mode <mode>             restrict, delete or restrict-then-delete; not with --source none
  --parking-group <group>   where restricted accounts go, by name or guid; not with --mode delete
  --protected <addresses>   accounts that are never touched, with commas between; left away: none
  --time-zone <zone>        such as Europe/Berlin; the one of this machine
  --help                    this text
`;
const OPTIONS = {
  out: TEXT,
  'base-url': TEXT,
  ...(Object.fromEntries(ANSWER_OPTIONS.map((name) => [name, TEXT])) as Record<keyof Given, typeof TEXT>), // -- one for each
  help: FLAG,
} as const;

async function main(): Promise<void> {
  const { help, out, 'base-url': url = PRODUCTION, ...given } = readOptions({ options: OPTIONS }).values;
  if (help === true) return void process.stdout.write(HELP);
  const baseUrl = safeUrl(url);
  const taken = (tenant: string): string | undefined => whyNot(out ?? outFor(tenant));
  const problem = out === undefined ? undefined : whyNot(out);
  if (problem !== undefined) throw new AppError('ARGUMENT_INVALID', `--out: ${problem}.`);
  const isTyped = process.stdin.isTTY;
  const token = await readToken({ env: process.env, input: process.stdin, prompt: process.stderr, more: isTyped });
  const { bitsight } = connect({ baseUrl, apiToken: async () => token });
  const survey = await takeSurvey(bitsight).catch((error: unknown) => {
    throw namingHost(error, baseUrl.host);
  });
  process.stdout.write(`${surveyText(survey, baseUrl.host)}\n`);
  const terminal = isTyped ? openTerminal(process.stdin, process.stdout) : undefined;
  const systemZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const answers = await askAll({ given, terminal, survey, systemZone, taken }).finally(() => terminal?.close());
  const file = out ?? outFor(answers.tenant);
  await write(file, answers, survey, baseUrl);
  process.stdout.write(next(file));
}

function whyNot(file: string): string | undefined {
  if (!['.ts', '.mjs'].includes(extname(file))) return `${file} does not end in .ts or .mjs`;
  return existsSync(file) ? `${file} is there already, and nothing is written over it` : undefined;
}

async function write(file: string, answers: Answers, survey: Survey, baseUrl: URL): Promise<void> {
  const date = dateIn(clockAt(1).now(), answers.timeZone);
  await writeChecked(file, configText({ answers, survey, baseUrl, date, types: typesFor(file) }));
}

function next(file: string): string {
  return `
✓ ${file} is written and passes every check. It holds no secret.

Next
  1. Read it, and put your own rules and example people into it.
  2. npm run review -- --config ${file}
       today's access review of your tenant; reads only
  3. npm run ops -- probe --config ${file}
       what your Bitsight does where its documentation says nothing; reads only
  4. npm start -- --config ${file}
       the whole system on this machine, against a stand-in for Bitsight
  5. npm run deploy -- --config ${file}
       checks first and says what is missing; everything is only planned until you arm it
  docs/day-one.md goes on from there, command by command.
`;
}

await runMain(main);
process.stdin.destroy(); // else it keeps the process alive
