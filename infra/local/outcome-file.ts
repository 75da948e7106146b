import { appendFileSync, readFileSync } from 'node:fs';
import { OUTCOME_DETAIL_TYPE } from '../../lib/aws/outcomes.ts';
import { OutcomeSchema } from '../../lib/lifecycle/ledger.ts';
import type { Outcome } from '../../lib/lifecycle/outcome.ts';
import type { BusEvent } from './aws-json-server.ts';

export interface OutcomeFile {
  take(entries: BusEvent[]): void;
  /** In the order in which they were first published, each once. */
  read(): Outcome[];
}

/** What the bus carries, one JSON text a line. */
export function openOutcomeFile(path: string): OutcomeFile {
  appendFileSync(path, ''); // there from the start, for whoever follows it
  return {
    take(entries) {
      const outcomes = entries.filter(({ DetailType }) => DetailType === OUTCOME_DETAIL_TYPE);
      appendFileSync(path, outcomes.map(({ Detail }) => `${Detail}\n`).join(''));
    },
    read() {
      const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
      const outcomes = lines.map((line) => OutcomeSchema.parse(JSON.parse(line)));
      // published at least once: the id tells a repetition
      return [...new Map(outcomes.map((outcome) => [outcome.id, outcome])).values()];
    },
  };
}
