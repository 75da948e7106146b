/**
 * The form in which addresses are compared and hashed: trimmed, NFKC, lower case. Plus-tags are kept: `a+b@example.com`
 * and `a@example.com` may be two mailboxes. Idempotent. What the sender wrote is kept beside it.
 */
export function normaliseEmail(text: string): string {
  // Lower case can take a composed letter apart, and NFKC can bring blanks forth: hence the second turn, and trim last.
  return text.normalize('NFKC').toLowerCase().normalize('NFKC').trim();
}

/** Whether a text has the outer form of one address, and nothing around it. */
export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text);
}
