import { parseArgs } from 'node:util';
import { measureCold } from './cold.ts';
import { measureDiff, measureExport, measurePaced, type ExportRow } from './export.ts';

import { coldTable, exportTable, importTable, machine, machineLine, warmTable } from './report.ts';
import { measureWarm } from './warm.ts';

const HELP = `npm run bench -- [door] [worker] [export] [cold] [--json]

Measures on this machine what the functions add to the calls that they have to make. Without a part: all of them.`;

const PARTS = ['door', 'worker', 'export', 'cold'] as const;
type Part = (typeof PARTS)[number];
const isPart = (name: string): name is Part => PARTS.some((part) => part === name);

const WARM = `Warm, the deployed bundles, one event after the other: a signed delivery at the door, which has sources
of every kind; a hire and a leave at the workers. "Same calls" makes the calls that were recorded of each event with the same SDK clients and fetch, and nothing
else; it still puts each document of the ledger on the wire as it is, where our share includes making it. All that is
called answers at once from another process. Each round runs both by turns from the same state, at the door event by event;
medians of rounds.`;
const EXPORT = `The nightly export, the deployed bundle in a process of its own; users, bucket and ledger are simulated in another.
"Pages only" asks for the same pages of 100 and counts rows. The first night has nothing to compare with, later ones do.
A simulated page comes within milliseconds. "npm run export" is the command as it stands, its start included, from source.`;
const PACED = `The list read and proven, three pages at once, where each page takes 300 ms; it asks for each page one row early,
so for 1 % more pages. Scaled: 40,000 accounts instead of 100,000, for which one loop alone would take 300 s.`;
const DIFF = `Two files of rows, each hundredth changed and each thousandth gone: read and parsed line by line, and compared.`;
const COLD = `Cold, from the start of the process to the first answer, in the real Lambda runtime client (its native part, which
asks for work, stands in as JavaScript over node:http). "Bare" does nothing. "Same calls" loads only the SDK clients that are
called and makes the same calls; it is bundled as anybody would, "slim" as we do, without what finds credentials outside
Lambda. Each round starts each once. No TLS, no processor throttling: read ratios, not milliseconds; targets are held
against processor time.`;
const IMPORTS = `What each package takes of a bundle, and of the processor until the first answer: what its code did, and what Node
did on its behalf. "node" is the rest: its own start, the compiling of the bundle, the garbage.`;

const LATENCY = 300;

/** How far three at once stay behind a third of the plain loop, which is pages × latency as they really were. */
function bound([plain, three]: readonly ExportRow[]): string {
  const least = (plain?.ms.median ?? NaN) / 3;
  const above = (three?.ms.median ?? NaN) / least - 1;
  return `pages × latency ÷ 3 = ${(least / 1000).toFixed(1)} s; ${(above * 100).toFixed(1)} % above that`;
}

async function run(parts: readonly Part[], print: (text: string) => void) {
  const result: Record<string, unknown> = { machine: machine() };
  print(machineLine(machine()));
  const warm = [
    ...(parts.includes('door') ? await measureWarm(['door'], 60, 25) : []),
    ...(parts.includes('worker') ? await measureWarm(['hire', 'leave'], 9, 25) : []),
  ];
  if (warm.length > 0) print(`\n${WARM}\n\n${warmTable((result['warm'] = warm))}`);
  if (parts.includes('export')) {
    const rows = [...(await measureExport(10_000, 3)), ...(await measureExport(100_000, 1))];
    print(`\n${EXPORT}\n\n${exportTable((result['export'] = rows))}`);
    const [paced, diff] = [await measurePaced(40_000, LATENCY), await measureDiff(100_000, 3)];
    print(`\n${PACED}\n\n${exportTable((result['paced'] = paced))}\n\n  ${bound(paced)}`);
    print(`\n${DIFF}\n\n${exportTable((result['diff'] = diff))}`);
  }
  if (parts.includes('cold')) {
    const { starts, imports } = await measureCold(9);
    print(`\n${COLD}\n\n${coldTable((result['cold'] = starts))}`);
    print(`\n${IMPORTS}\n\n${importTable((result['imports'] = imports))}`);
  }
  print(`\nAt the end: ${machineLine(machine())}`);
  return result;
}

async function main(): Promise<void> {
  const options = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const unknown = positionals.find((name) => !isPart(name));
  if (values.help === true || unknown !== undefined) {
    process.exitCode = unknown === undefined ? 0 : 1;
    return console.log(unknown === undefined ? HELP : `There is no part "${unknown}".\n\n${HELP}`);
  }
  const parts = positionals.filter(isPart);
  const quiet = values.json === true;
  const result = await run(parts.length > 0 ? parts : PARTS, (text) => quiet || console.log(text));
  if (quiet) console.log(JSON.stringify(result, null, 2));
}

await main();
