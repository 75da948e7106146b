import { cpus, loadavg, totalmem } from 'node:os';
import type { ColdRow, ImportRow } from './cold.ts';
import type { ExportRow } from './export.ts';
import type { Measured } from './statistics.ts';
import type { WarmRow } from './warm.ts';

export interface Machine {
  processor: string;
  cores: number;
  memoryGb: number;
  node: string;
  /** Processes that ran or waited in the last minute; above the number of cores, times say little and ratios more. */
  load: number;
}

export function machine(): Machine {
  const [processor] = cpus();
  return {
    processor: processor?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    load: loadavg()[0] ?? NaN,
  };
}

export const machineLine = ({ processor, cores, memoryGb, node, load }: Machine): string =>
  `${processor}, ${cores} cores, ${memoryGb} GB, Node ${node}, load ${load.toFixed(1)}`;

const digits = (value: number): string => value.toFixed(value < 10 ? 2 : 0);
/** The median, and in brackets where the middle half lies. */
const shown = ({ median, low, high }: Measured): string => `${digits(median)} [${digits(low)}–${digits(high)}]`;
const times = (ratio: number | undefined): string => (ratio === undefined ? '' : `${ratio.toFixed(2)}×`);
const range = ({ median, low, high }: Measured): string => `${times(median)} [${low.toFixed(2)}–${high.toFixed(2)}]`;

/** Lines of columns; all but the first are ranged right. */
function table(head: string[], rows: string[][]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return all.map((row) => `  ${line(row).trimEnd()}`).join('\n');
}

export function warmTable(rows: WarmRow[]): string {
  return table(
    ['one event', 'calls', 'ms', 'same calls', 'ratio', 'processor ms', 'same calls', 'ratio'],
    rows.map((row) => [
      row.kind,
      row.calls.toFixed(0),
      shown(row.real),
      shown(row.same),
      range(row.ratio),
      shown(row.cpu),
      shown(row.cpuSame),
      range(row.cpuRatio),
    ]),
  );
}

export function exportTable(rows: ExportRow[]): string {
  return table(
    ['accounts', 'what', 'runs', 'seconds', 'ratio', 'processor s', 'peak MB', 'ratio'],
    rows.map((row) => [
      String(row.users),
      row.what,
      String(row.runs),
      shown(inSeconds(row.ms)),
      times(row.msRatio),
      shown(inSeconds(row.cpu)),
      shown(row.peak),
      times(row.peakRatio),
    ]),
  );
}

const inSeconds = ({ median, low, high }: Measured): Measured => ({
  median: median / 1000,
  low: low / 1000,
  high: high / 1000,
});

export function coldTable(rows: ColdRow[]): string {
  return table(
    [
      'function',
      'KB',
      'gzip',
      'loaded ms',
      'answered ms',
      'processor ms',
      'to bare',
      'to same calls',
      'processor',
      'target',
      'to slim',
    ],
    rows.map((row) => [
      row.name,
      row.size.toFixed(0),
      row.packed.toFixed(0),
      shown(row.ready),
      shown(row.answered),
      shown(row.cpu),
      times(row.toBare),
      row.toSameCalls === undefined ? '' : range(row.toSameCalls),
      row.cpuToSameCalls === undefined ? '' : range(row.cpuToSameCalls),
      verdict(row),
      row.cpuToSlim === undefined ? '' : range(row.cpuToSlim),
    ]),
  );
}

/** By processor time, since on a machine that does other things as well the wall tells of those. */
function verdict({ target, cpuToSameCalls }: ColdRow): string {
  if (target === undefined || cpuToSameCalls === undefined) return '';
  return `${times(target)} ${cpuToSameCalls.median <= target ? 'met' : 'missed'}`;
}

export function importTable(rows: ImportRow[]): string {
  return table(
    ['function: package', 'KB', 'processor ms'],
    rows.map(({ name, package: part, size, cpu }) => [`${name}: ${part}`, size.toFixed(0), cpu.toFixed(1)]),
  );
}
