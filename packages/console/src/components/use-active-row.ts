import { type RefObject, useRef, useState } from 'react';
import { scrollTopFor } from './row-window.ts';

interface ActiveRow {
  /** The row that has the focus, or gets it when somebody comes to the table. */
  readonly active: number;
  readonly setActive: (index: number) => void;
  /** Set until the active row, which may not be drawn yet, has taken the focus. */
  readonly wantsFocus: RefObject<boolean>;
  /** Goes where a key leads from a row; answers whether it leads anywhere. */
  readonly rowForKey: (key: string, index: number) => boolean;
}

/** Goes through the rows of a table by keyboard, and scrolls along. */
export function useActiveRow(
  area: RefObject<HTMLElement | null>,
  viewportPx: number,
  rowPx: number,
  rowCount: number,
): ActiveRow {
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const rowForKey = (key: string, index: number): boolean => {
    const target = rowAfterKey(key, index, Math.floor(viewportPx / rowPx) - 2, rowCount);
    if (target === undefined) return false;
    const next = Math.max(0, Math.min(rowCount - 1, target));
    wantsFocus.current = next !== active;
    setActive(next);
    const element = area.current;
    // The head of the table covers as much as a row.
    if (element !== null) {
      element.scrollTop = scrollTopFor(next, element.scrollTop, viewportPx - rowPx, rowPx, rowCount);
    }
    return true;
  };
  return { active, setActive, wantsFocus, rowForKey };
}

function rowAfterKey(key: string, index: number, pageRows: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return index + 1;
    case 'ArrowUp':
    case 'k':
      return index - 1;
    case 'PageDown':
      return index + pageRows;
    case 'PageUp':
      return index - pageRows;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
