import type { LaneMessage } from '../lifecycle/event.ts';

/** A message as a queue carries it: JSON, with what not every queue takes (surrogates, non-characters) escaped. */
export function bodyOf(message: LaneMessage): string {
  return JSON.stringify(message).replace(/[\uD800-\uDFFF\uFFFE\uFFFF]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
}

/** A reason is a code: a sentence might name a person. */
export function reasonOf(reason: string): string {
  return /^[\w.-]{1,80}$/.test(reason) ? reason : 'UNCLASSIFIED';
}
