import { existsSync, writeFileSync, renameSync } from 'node:fs';
import { VERDICTS } from '../../../lib/config/capabilities.ts';
import type { Capabilities, Config, Finding } from '../../../lib/config/index.ts';
import { AppError } from '../../../lib/errors.ts';
import { PRODUCT } from '../../../lib/runtime/product.ts';
import { toIso } from '../../../lib/time.ts';
import { capabilitiesBeside, capabilitiesPath, isOf } from '../../config-file.ts';
import { table } from '../frame/table.ts';

/** What was found out before, by the side of a configuration. @throws AppError when it belongs to another tenant. */
export function resultsBefore(configFile: string, config: Config): Capabilities | undefined {
  const before = existsSync(capabilitiesPath(configFile)) ? capabilitiesBeside(configFile) : undefined;
  if (before === undefined || isOf(before, config)) return before;
  const whose = `is of tenant ${before.tenant} at ${before.host}`;
  throw new AppError(
    'CONFIG_INVALID',
    `${capabilitiesPath(configFile)}: ${whose}; keep each tenant's configuration in a folder of its own.`,
  );
}

/** A reading replaces the last reading; what was found by writing stays until it is tried anew. */
export function resultsOf(
  config: Config,
  now: number,
  found: { reading: Finding[]; writing: Finding[] | undefined },
  before: Capabilities | undefined,
): Capabilities {
  const at = toIso(now);
  const writing = found.writing === undefined ? before?.writing : { at, findings: found.writing };
  return {
    schema: 1,
    tenant: config.tenant,
    host: new URL(config.bitsight.baseUrl).hostname,
    version: PRODUCT.version,
    reading: { at, findings: found.reading },
    ...(writing !== undefined && { writing }),
  };
}

/** Whole or not at all. */
export function writeResults(path: string, results: Capabilities): void {
  writeFileSync(`${path}.unfinished`, `${JSON.stringify(results, null, 2)}\n`);
  renameSync(`${path}.unfinished`, path);
}

/** What is not as assumed at length, what is in a line. */
export function resultsText({ reading, writing }: Capabilities, withWriting: boolean): string {
  const findings = [...reading.findings, ...(withWriting ? (writing?.findings ?? []) : [])];
  const counts: string[] = [];
  const parts = VERDICTS.flatMap((verdict) => {
    const ofIt = findings.filter((one) => one.verdict === verdict);
    counts.push(`${ofIt.length} ${verdict}`);
    const isNews = verdict === 'otherwise' || verdict === 'unknown';
    return ofIt.length === 0 ? [] : [`${verdict}\n${isNews ? atLength(ofIt) : inLines(ofIt)}`];
  });
  return [...parts, `${findings.length} assumptions: ${counts.join(', ')}.`].join('\n\n');
}

const atLength = (findings: readonly Finding[]): string =>
  findings.map(({ id, asked, seen }) => `  ${id}\n    asked  ${asked}\n    seen   ${seen}`).join('\n');

function inLines(findings: readonly Finding[]): string {
  const text = table(findings, [
    { title: '', of: ({ id }) => `  ${id}` },
    { title: '', of: ({ seen }) => seen },
  ]);
  return text.split('\n').slice(1).join('\n');
}
