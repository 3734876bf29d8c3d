import { columnsOf, cut } from './width.ts';

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** It is not cut to fewer columns of the terminal than this. */
  readonly columnsMin: number;
}

const gap = '  ';

/**
 * Lays out rows under their titles, one line each. When they are wider than `columnsMax`, the widest cells are cut, as
 * far as their columns allow; `undefined` is no limit. Cells must be harmless already.
 */
export function layOutTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  columnsMax: number | undefined,
): readonly string[] {
  const widths = tableWidths(columns, rows, columnsMax);
  const titles = columns.map(({ title }) => title);
  return [titles, ...rows].map((cells) => layOutRow(cells, widths));
}

/** The width of each column: as wide as its widest cell, less what it must give up. */
export function tableWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  columnsMax: number | undefined,
): readonly number[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(columnsOf(title), ...rows.map((row) => columnsOf(row[at] ?? ''))),
  );
  const gaps = gap.length * (columns.length - 1);
  let excess = columnsMax === undefined ? 0 : sum(widths) + gaps - columnsMax;
  for (; excess > 0; excess -= 1) {
    const at = widestShrinkable(columns, widths);
    if (at === -1) break;
    widths[at] = (widths[at] ?? 0) - 1;
  }
  return widths;
}

/** One line of a table whose widths are known already. The last column is not padded. */
export function layOutRow(cells: readonly string[], widths: readonly number[]): string {
  const line = widths.map((width, at) => {
    const cell = cut(cells[at] ?? '', width);
    return cell + ' '.repeat(Math.max(0, width - columnsOf(cell)));
  });
  return line.join(gap).trimEnd();
}

function widestShrinkable(columns: readonly Column[], widths: readonly number[]): number {
  let found = -1;
  for (const [at, width] of widths.entries()) {
    const isShrinkable = width > (columns[at]?.columnsMin ?? 0);
    if (isShrinkable && width > (widths[found] ?? -1)) found = at;
  }
  return found;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
