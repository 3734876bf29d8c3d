import type { Line, Paper, Run } from './paper.ts';

/** A column of a table. */
export interface Column {
  /** Over the column on every page; a table has them for all columns or for none. */
  readonly title?: string;
  /** How wide it is, beside the others. */
  readonly part: number;
}

interface Place {
  readonly x: number;
  readonly width: number;
}

const leading = 1.3;
const padding = { x: 3, y: 2.5 } as const;
/** Fewer lines of a row than this do not begin at the end of a page. */
const linesMin = 3;

/** Sets a table; its titles are repeated on each page, and rows that are longer than a page go on. */
export function setTable(
  paper: Paper,
  columns: readonly Column[],
  rows: readonly (readonly (readonly Run[])[])[],
  size: number,
): void {
  const places = placesOf(paper, columns);
  const titles = columns.map(({ title }): readonly Run[] => [{ text: title ?? '', typeface: 'sansStrong' }]);
  const hasTitles = columns.some(({ title }) => title !== undefined);
  const setTitles = (): void => {
    if (hasTitles) setRow(paper, places, linesOf(paper, places, titles, size), size, '#e8e8e8');
  };
  paper.need(5 * size * leading);
  setTitles();
  for (const row of rows) {
    let lines = linesOf(paper, places, row, size);
    while (lines.some((cell) => cell.length > 0)) {
      const fit = Math.floor((paper.room - 2 * padding.y) / (size * leading));
      const needed = Math.max(...lines.map((cell) => cell.length));
      const fitsOnePage = heightOf(needed, size) <= paper.height - 2 * heightOf(2, size);
      if (needed > fit && (fitsOnePage || fit < linesMin)) {
        paper.page();
        setTitles();
        continue;
      }
      setRow(
        paper,
        places,
        lines.map((cell) => cell.slice(0, fit)),
        size,
      );
      lines = lines.map((cell) => cell.slice(fit));
    }
  }
  paper.y += 6;
}

function setRow(
  paper: Paper,
  places: readonly Place[],
  cells: readonly (readonly Line[])[],
  size: number,
  fill?: string,
): void {
  const height = heightOf(Math.max(...cells.map((cell) => cell.length)), size);
  for (const [at, { x, width }] of places.entries()) {
    paper.box(x, paper.y, width, height, { line: '#aaa', ...(fill === undefined ? {} : { fill }) });
    for (const [number, line] of (cells[at] ?? []).entries()) {
      paper.write(line, size, x + padding.x, paper.y + padding.y + number * size * leading);
    }
  }
  paper.y += height;
}

function linesOf(
  paper: Paper,
  places: readonly Place[],
  cells: readonly (readonly Run[])[],
  size: number,
): readonly (readonly Line[])[] {
  return places.map(({ width }, at) => paper.lines(cells[at] ?? [], size, width - 2 * padding.x));
}

function placesOf(paper: Paper, columns: readonly Column[]): readonly Place[] {
  const whole = columns.reduce((sum, { part }) => sum + part, 0);
  let x = paper.left;
  return columns.map(({ part }) => {
    const width = (paper.width * part) / whole;
    const place = { x, width };
    x += width;
    return place;
  });
}

function heightOf(lines: number, size: number): number {
  return lines * size * leading + 2 * padding.y;
}
