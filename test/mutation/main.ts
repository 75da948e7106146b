import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { copyOfTree, mutated } from './copy.ts';
import type { Guard } from './guard.ts';
import { GUARDS } from './guards.ts';
import { runTests, type Tested } from './run.ts';
import { firstBroken } from './soak.ts';

/**
 * Switches each guard off in a private copy of the working tree and tells which test noticed; `--soak`: also by which
 * of 200 seeded histories it is noticed first, `--seeds n`: of so many. `--only <text>`: guards whose name or file has it.
 */
const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { soak: { type: 'boolean' }, seeds: text, only: text } });
const seeds = Number(values.seeds ?? 200);
const only = values.only ?? '';
const guards = GUARDS.filter(({ guard, file }) => guard.includes(only) || file.includes(only));

for (const guard of guards) mutated(guard, readFileSync(guard.file, 'utf8')); // a row that does not fit is said at once
const copy = copyOfTree();
process.on('exit', () => copy.remove());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const began = performance.now();
const problems = await failingAnyway(guards);
console.log('| guard | file | the test that fails without it | seeded histories |\n| --- | --- | --- | --- |');
for (const guard of guards) {
  const { test, soak } = await copy.without(guard, async () => ({
    test: noticed(guard, await runTests(copy.directory, guard.test, [guard.title])),
    soak: values.soak === true ? await soaked(guard) : '',
  }));
  console.log(`| ${guard.guard} | ${guard.file} | ${test} | ${soak} |`);
}
console.log(`\n${guards.length} guards in ${Math.round((performance.now() - began) / 1000)} s`);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

/** A test that fails whether or not the guard is there says nothing. */
async function failingAnyway(all: readonly Guard[]): Promise<string[]> {
  const found: string[] = [];
  for (const [file, some] of Map.groupBy(all, ({ test }) => test)) {
    const { passed, failed, broken } = await runTests(copy.directory, file, [
      ...new Set(some.map(({ title }) => title)),
    ]);
    if (broken !== undefined) found.push(`${file} cannot be run: ${broken}`);
    for (const name of failed) found.push(`${file}: fails although every guard is there: ${name}`);
    for (const { title } of some)
      if (!passed.some((name) => name.includes(title))) found.push(`${file}: has no passing test “${title}”`);
  }
  return found;
}

function noticed({ guard, test, title }: Guard, { failed, broken }: Tested): string {
  const first = failed.find((name) => name.includes(title));
  if (first !== undefined) return `${test}: ${first}`;
  if (broken === undefined) problems.push(`${guard}: no test notices that it is off`);
  else if (broken !== 'comes to no end') problems.push(`${guard}: off, the test cannot be run: ${broken}`);
  return broken ?? 'NONE';
}

async function soaked({ soak }: Guard): Promise<string> {
  if (!soak) return 'not applicable';
  const broken = await firstBroken(copy.directory, seeds);
  return broken === undefined ? `not in ${seeds}` : `seed ${broken}`;
}
