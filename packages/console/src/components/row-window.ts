/** What is seen of a list of rows of one height. */
export interface RowWindow {
  /** The first row that is drawn, and the one behind the last. */
  readonly first: number;
  readonly end: number;
  /** Where the first one is drawn, from the top of the content. */
  readonly offsetPx: number;
  /** How high the content is. */
  readonly heightPx: number;
}

/** Browsers draw nothing below some 17 million pixels; beyond this, the bar stands for more than it is long. */
export const contentPxMax = 10_000_000;

/** Drawn above and below what is seen, so that a fast hand sees no gap. */
const marginRows = 12;

/** Which rows to draw where, however many there are. */
export function rowWindow(
  scrollTopPx: number,
  viewportPx: number,
  rowPx: number,
  rowCount: number,
): RowWindow {
  const wholePx = rowCount * rowPx;
  const heightPx = Math.min(wholePx, contentPxMax);
  const topPx = scrollTopPx * stretch(wholePx, heightPx, viewportPx);
  const first = Math.max(0, Math.floor(topPx / rowPx) - marginRows);
  const end = Math.min(rowCount, Math.ceil((topPx + viewportPx) / rowPx) + marginRows);
  return { first, end, offsetPx: scrollTopPx + first * rowPx - topPx, heightPx };
}

/** How far to scroll so that a row is seen: as it is when it is seen already. */
export function scrollTopFor(
  row: number,
  scrollTopPx: number,
  viewportPx: number,
  rowPx: number,
  rowCount: number,
): number {
  const wholePx = rowCount * rowPx;
  const ratio = stretch(wholePx, Math.min(wholePx, contentPxMax), viewportPx);
  const topPx = scrollTopPx * ratio;
  if (row * rowPx < topPx) return (row * rowPx) / ratio;
  if ((row + 1) * rowPx > topPx + viewportPx) return ((row + 1) * rowPx - viewportPx) / ratio;
  return scrollTopPx;
}

function stretch(wholePx: number, heightPx: number, viewportPx: number): number {
  return heightPx > viewportPx ? (wholePx - viewportPx) / (heightPx - viewportPx) : 1;
}
