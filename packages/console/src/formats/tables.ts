/** A column of an exported table. */
export interface ExportColumn<Row> {
  readonly name: string;
  readonly valueOf: (row: Row) => string | number | boolean | undefined;
}

/** What a spreadsheet would take for a formula when a cell begins with it. */
const formulaStart = /^[=+\-@\t\r]/;

/**
 * Rows as CSV (RFC 4180), with a header. What a spreadsheet would run as a formula gets an apostrophe before it: names in a
 * record are chosen by whoever is recorded.
 */
export function csvOf<Row>(columns: readonly ExportColumn<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map(({ name }) => cellOf(name)),
    ...rows.map((row) => columns.map(({ valueOf }) => cellOf(valueOf(row)))),
  ];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function cellOf(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' && formulaStart.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
