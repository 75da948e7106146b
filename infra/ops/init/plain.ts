/** A text of somebody else as one line: nothing in it ends a comment, or moves the cursor of a terminal. */
export function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/ +/g, ' ')
    .trim();
}
