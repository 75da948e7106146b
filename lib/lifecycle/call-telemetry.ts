import type { CallRecord } from '../bitsight/index.ts';
import type { ErrorCode } from '../errors.ts';
import type { Telemetry } from './ports.ts';

/** Counts each attempt by its answer and logs the failed ones, but not those with the code that is hoped for. */
export function tellCalls(telemetry: Telemetry, hopedFor?: ErrorCode): (record: CallRecord) => void {
  return ({ method, path, status, code, ms, waitClamped }) => {
    telemetry.count('BitsightCall', 1, { answer: String(status ?? code ?? 'none') });
    if (waitClamped === true) telemetry.count('RetryAfterClamped');
    if (code !== undefined && code !== hopedFor)
      telemetry.log('warn', 'Bitsight call failed', { method, path, status, code, ms });
  };
}
