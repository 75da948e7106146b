import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { COUNTS_FILE } from './counts.ts';
import { measure } from './measure.ts';
import { costPage } from './page.ts';

/** Prints docs/cost.md; `--measure` counts the calls anew first, which takes a minute. */
const { values } = parseArgs({ options: { measure: { type: 'boolean', default: false } } });
if (values.measure) writeFileSync(COUNTS_FILE, `${JSON.stringify(await measure(), null, 2)}\n`);
process.stdout.write(costPage());
