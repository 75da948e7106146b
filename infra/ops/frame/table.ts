export interface Column<Row> {
  title: string;
  of: (row: Row) => string | number | undefined;
  /** Figures stand right. */
  right?: boolean;
  /** Stands in a line of its own under the row where the table would be wider than a terminal. */
  folds?: boolean;
}

/** Columns of an ordinary terminal. */
const TERMINAL = 100;

/** Rows under their titles, as wide as they need to be, without a blank at the end of a line. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const whole = linesOf(rows, columns);
  const folding = columns.filter(({ folds }) => folds === true);
  if (folding.length === 0 || whole.every((line) => line.length <= TERMINAL)) return whole.join('\n');
  const [titles = '', ...lines] = linesOf(
    rows,
    columns.filter(({ folds }) => folds !== true),
  );
  const below = rows.map((row) => folding.map(({ of }) => String(of(row) ?? '')).filter((text) => text !== ''));
  return [titles, ...lines.flatMap((line, n) => [line, ...(below[n] ?? []).map((text) => `    ${text}`)])].join('\n');
}

function linesOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ of }) => String(of(row) ?? ''))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  return cells.map((line) =>
    line
      .map((cell, index) =>
        columns[index]?.right === true ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
