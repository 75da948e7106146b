import { jsonLine } from './jsonl.ts';
import type { ChangeCounts } from './survey.ts';
import type { Previous } from './manifest.ts';
import type { Lines } from './spool.ts';
import { SCHEMA_VERSION } from './row.ts';

export interface ChangesHead {
  date: string;
  runId: string;
  /** The night compared with; null: none, everybody counts as joined. */
  previous: Previous | null;
  implausible: boolean;
  counts: ChangeCounts;
}

/** `changes.json`: one JSON object, its changes one a line in order of guid. Applied to the rows of `previous` they give this night's. */
export async function* changesFile(head: ChangesHead, changes: Lines): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const { previous } = head;
  const opening = JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...head, baseline: previous === null });
  yield encoder.encode(`${opening.slice(0, -1)},"changes":[`);
  yield* changes.chunks();
  yield encoder.encode('\n]}\n');
}

/** One change as it stands in the file, `first` without the comma. */
export function changeLine(change: unknown, first: boolean): string {
  return `${first ? '' : ','}\n${jsonLine(change).trimEnd()}`;
}
