import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type RefObject,
  useEffect,
  useRef,
} from 'react';
import { Link } from 'wouter';
import type { Column, RowLayout } from './table-columns.ts';

interface TableRowProps<Row> {
  readonly row: Row;
  readonly index: number;
  readonly columns: readonly Column<Row>[];
  readonly layout: RowLayout;
  readonly topPx: number;
  readonly heightPx: number;
  readonly isSelected: boolean;
  /** The one row that the tab key stops at. */
  readonly isReachable: boolean;
  /** Set where the row is to have the focus as soon as it is drawn. */
  readonly takesFocus: RefObject<boolean> | undefined;
  readonly href: string | undefined;
  readonly canOpen: boolean;
  readonly onOpen: () => void;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** A row of a `DataTable`. */
export function TableRow<Row>(props: TableRowProps<Row>): ReactElement {
  const { row, index, columns, takesFocus, href, canOpen } = props;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus?.current !== true) return;
    takesFocus.current = false;
    element.current?.focus({ preventScroll: true });
  });
  return (
    <div
      ref={element}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.isSelected || undefined}
      className="table-row"
      data-opens={canOpen || undefined}
      tabIndex={props.isReachable ? 0 : -1}
      style={{
        ...props.layout,
        height: props.heightPx,
        transform: `translateY(${props.topPx}px)`,
      }}
      onFocus={(event) => {
        if (event.target === event.currentTarget) props.onFocus();
      }}
      onKeyDown={props.onKeyDown}
      onClick={(event) => {
        if (canOpen && isPlain(event)) props.onOpen();
      }}
    >
      {columns.map((column, at) => (
        <div key={column.id} role="gridcell" className="table-cell" data-number={column.isNumber}>
          {at === 0 && href !== undefined ? (
            <Link href={href} className="table-link" tabIndex={-1}>
              {column.cell(row)}
            </Link>
          ) : (
            column.cell(row)
          )}
        </div>
      ))}
    </div>
  );
}

/** Whether the click was for the row: neither for a control in it, nor the end of selecting text. */
function isPlain(event: MouseEvent): boolean {
  if (event.metaKey || event.ctrlKey || event.shiftKey || !(event.target instanceof Element)) return false;
  if (event.target.closest('a, button, input, select, textarea') !== null) return false;
  return (getSelection()?.toString() ?? '') === '';
}
