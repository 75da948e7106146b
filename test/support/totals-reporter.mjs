import { appendFileSync } from 'node:fs';

/** Appends "passed failed" of a run to the file that TOTALS_FILE names, for whoever adds several runs up. */
export default class TotalsReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    const file = process.env.TOTALS_FILE;
    if (file !== undefined) appendFileSync(file, `${numPassedTests} ${numFailedTests + numRuntimeErrorTestSuites}\n`);
  }
}
