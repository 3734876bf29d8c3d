import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, type ReactElement, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import './data-table.css';
import { rowWindow } from './row-window.ts';
import { type Column, rowLayout, type RowLayout } from './table-columns.ts';
import { TableRow } from './table-row.tsx';
import { useActiveRow } from './use-active-row.ts';
import { useIsNarrow } from './use-is-narrow.ts';
import { useScrollArea } from './use-scroll-area.ts';

/** What a table is sorted by. */
export interface Sorting {
  readonly by: string;
  readonly isDescending: boolean;
}

interface DataTableProps<Row> {
  /** What is in it, such as `Keys`. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** The page of a row. */
  readonly hrefOf?: (row: Row) => string;
  /** Instead of a page, such as a drawer. */
  readonly onOpen?: (row: Row) => void;
  /** The row that is shown beside the table. */
  readonly selectedKey?: string | undefined;
  readonly sorting?: Sorting;
  readonly onSort?: (sorting: Sorting) => void;
  /** There is more than `rows`; asked for when the end comes into sight. */
  readonly hasMore?: boolean;
  readonly onMore?: () => void;
  /** `fill`: what is left of a page that `fills`. `content`: as high as its rows, up to most of the window. */
  readonly height?: 'fill' | 'content';
  readonly rowPx?: number;
}

const rowPxDefault = 34;
/** So many rows before the end, more are asked for. */
const moreRowsBefore = 40;

/**
 * A table that draws only the rows that are seen, so that a million of them scroll like ten. By keyboard: up, down, page
 * up and down, home and end go through the rows; enter opens one. It is shown with rows; without any, show `EmptyState`.
 */
export function DataTable<Row>(props: DataTableProps<Row>): ReactElement {
  const { label, rows, keyOf, hrefOf, onOpen, hasMore = false, onMore, rowPx = rowPxDefault } = props;
  const isNarrow = useIsNarrow();
  const [, navigate] = useLocation();
  const columns = props.columns.filter(({ isMinor }) => !(isNarrow && isMinor === true));
  const area = useRef<HTMLDivElement>(null);
  const { scrollTopPx, viewportPx } = useScrollArea(area);
  const seen = rowWindow(scrollTopPx, viewportPx, rowPx, rows.length);
  const { active, setActive, wantsFocus, rowForKey } = useActiveRow(area, viewportPx, rowPx, rows.length);
  const isNearEnd = hasMore && seen.end >= rows.length - moreRowsBefore;
  useEffect(() => {
    if (isNearEnd) onMore?.();
  }, [isNearEnd, onMore, rows.length]);
  const open = (row: Row): void => {
    if (onOpen !== undefined) onOpen(row);
    else if (hrefOf !== undefined) navigate(hrefOf(row));
  };
  const onKeyDown = (event: KeyboardEvent, index: number, row: Row): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter') open(row);
    else if (!rowForKey(event.key, index)) return;
    event.preventDefault();
  };
  const layout = rowLayout(columns);
  // Somebody who tabs into the table finds a row that is drawn.
  const reachable = active >= seen.first && active < seen.end ? active : seen.first;
  return (
    <div
      ref={area}
      className={`table table-${props.height ?? 'content'}`}
      role="grid"
      aria-label={label}
      aria-rowcount={hasMore ? -1 : rows.length + 1}
    >
      <TableHead columns={columns} layout={layout} sorting={props.sorting} onSort={props.onSort} />
      <div
        role="rowgroup"
        className="table-body"
        style={{ height: seen.heightPx, minWidth: layout.minWidth }}
      >
        {rows.slice(seen.first, seen.end).map((row, at) => {
          const index = seen.first + at;
          return (
            <TableRow
              key={keyOf(row)}
              row={row}
              index={index}
              columns={columns}
              layout={layout}
              topPx={seen.offsetPx + at * rowPx}
              heightPx={rowPx}
              isSelected={props.selectedKey === keyOf(row)}
              isReachable={index === reachable}
              takesFocus={index === active ? wantsFocus : undefined}
              href={hrefOf?.(row)}
              canOpen={onOpen !== undefined || hrefOf !== undefined}
              onOpen={() => open(row)}
              onFocus={() => setActive(index)}
              onKeyDown={(event) => onKeyDown(event, index, row)}
            />
          );
        })}
      </div>
    </div>
  );
}

interface TableHeadProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly layout: RowLayout;
  readonly sorting: Sorting | undefined;
  readonly onSort: ((sorting: Sorting) => void) | undefined;
}

function TableHead<Row>({ columns, layout, sorting, onSort }: TableHeadProps<Row>): ReactElement {
  return (
    <div role="rowgroup" className="table-head">
      <div role="row" aria-rowindex={1} className="table-row" style={layout}>
        {columns.map((column) => {
          const isSorted = sorting?.by === column.id;
          const isDescending = isSorted && sorting.isDescending;
          return (
            <div
              key={column.id}
              role="columnheader"
              className="table-cell"
              data-number={column.isNumber}
              {...(column.canSort === true
                ? { 'aria-sort': isSorted ? (isDescending ? 'descending' : 'ascending') : 'none' }
                : {})}
            >
              {column.canSort === true ? (
                <button
                  type="button"
                  className="table-sort"
                  onClick={() => onSort?.({ by: column.id, isDescending: isSorted && !isDescending })}
                >
                  {column.title}
                  {isSorted && !isDescending && <ArrowUp size={12} aria-hidden="true" />}
                  {isDescending && <ArrowDown size={12} aria-hidden="true" />}
                </button>
              ) : (
                <span className="ellipsis">{column.title}</span>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
