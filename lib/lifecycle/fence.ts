import { AppError } from '../errors.ts';
import type { Operation, Person } from './ledger.ts';

/** To be asked before each write of an operation: whoever lost it, having stood still past its lease, writes nothing any more. */
export function refuseFenced(latest: Person | undefined, { seq, token }: Operation): void {
  if (latest?.op?.token !== token) throw new AppError('FENCED_OFF', `Operation ${seq} was taken up by another worker.`);
}
