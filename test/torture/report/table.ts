/** Columns as wide as they must be; numbers to the right. */
export const table = (header: readonly string[], rows: readonly (readonly (string | number)[])[]): string => {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], isNumber: (column: number) => boolean) =>
    row
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const isNumber = (column: number) => rows.some((row) => typeof row[column] === 'number');
  return cells.map((row) => line(row, isNumber)).join('\n');
};
