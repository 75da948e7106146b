/** What one reading of all pages showed. */
export interface Verdict {
  /** As the last page said. */
  count: number;
  /** Different guids that were read. */
  unique: number;
  pages: number;
  /** Users came or went while it was read. */
  moved: boolean;
  /** Every page began with the last row of the page before, so that nobody can have slipped through between two pages. */
  anchored: boolean;
  guids: ReadonlySet<string>;
}
