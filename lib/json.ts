/** What a text holds as JSON; undefined, which JSON has not, where it is none. The error of the parser would quote it. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller's schema expects something, and the caller says what is wrong
  }
}
