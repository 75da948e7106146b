/** One thing that keeps something wrong from happening, and how to see that it does. */
export interface Guard {
  guard: string;
  file: string;
  /** Occurs exactly once in the file; with `replace` in its place the guard is off. */
  find: string;
  replace: string;
  /** The file of the test that must fail then, and a piece of its title as it is written there. */
  test: string;
  title: string;
  /** Whether the seeded histories could find it too: they have what it guards against. */
  soak: boolean;
}

type Row = readonly [guard: string, find: string, replace: string, test: string, title: string, soak?: 'soak'];

/** The guards of one file. */
export function guardsOf(file: string, rows: readonly Row[]): Guard[] {
  return rows.map(([guard, find, replace, test, title, soak]) => ({
    guard,
    file,
    find,
    replace,
    test: `test/${test}.test.ts`,
    title,
    soak: soak !== undefined,
  }));
}
