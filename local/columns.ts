/** Returns the rows as lines with aligned columns, each line behind `indent`. */
export function columns(rows: readonly (readonly string[])[], indent = ''): string {
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)));
  return lines.map((cells) => `${indent}${cells.join('   ')}`.trimEnd() + '\n').join('');
}
