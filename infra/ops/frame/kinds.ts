import { AppError } from '../../../lib/errors.ts';
import { ARMED_KINDS, type ArmedKind } from '../../../lib/lifecycle/event.ts';

/** A kind of change as somebody typed it. */
export function kindFrom(text: string | undefined): ArmedKind {
  const kind = ARMED_KINDS.find((known) => known === text);
  if (kind === undefined) throw new AppError('ARGUMENT_INVALID', `Name one of ${ARMED_KINDS.join(', ')}.`);
  return kind;
}
