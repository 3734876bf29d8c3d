import type { ReactNode } from 'react';

/** A column of a table. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** How wide it is at least, in pixels. */
  readonly width: number;
  /** Its share of what room is left; none unless set. */
  readonly grow?: number;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand at the end. */
  readonly isNumber?: boolean;
  /** Left out where there is little room. */
  readonly isMinor?: boolean;
  readonly canSort?: boolean;
}

/** What all rows of a table have in common, as a style. */
export interface RowLayout {
  readonly gridTemplateColumns: string;
  readonly minWidth: number;
}

/** As the style sheet has them. */
const gapPx = 16;
const sidePx = 14;

/** The widths of the columns, and of a row with all of them at their least. */
export function rowLayout<Row>(columns: readonly Column<Row>[]): RowLayout {
  const tracks = columns.map(({ width, grow = 0 }) =>
    grow === 0 ? `${width}px` : `minmax(${width}px, ${grow}fr)`,
  );
  const widths = columns.reduce((sum, { width }) => sum + width, 0);
  return {
    gridTemplateColumns: tracks.join(' '),
    minWidth: widths + gapPx * Math.max(0, columns.length - 1) + 2 * sidePx,
  };
}
