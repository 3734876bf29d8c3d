import type { ReactElement, ReactNode } from 'react';
import { countText } from '../formats/index.ts';
import './bar-list.css';

interface BarListProps {
  /** What is counted, such as `Principals`. */
  readonly label: string;
  readonly items: readonly {
    readonly id: string;
    readonly name: ReactNode;
    readonly count: number;
    readonly note?: ReactNode;
  }[];
}

/** What there is most of: names, numbers and bars. */
export function BarList({ label, items }: BarListProps): ReactElement {
  const most = Math.max(1, ...items.map(({ count }) => count));
  return (
    <ol className="bar-list" aria-label={label}>
      {items.map(({ id, name, count, note }) => (
        <li key={id}>
          <div className="bar-list-name">{name}</div>
          <div className="bar-list-count">{countText(count)}</div>
          <div className="bar-list-track" aria-hidden="true">
            <div style={{ width: `${(100 * count) / most}%` }} />
          </div>
          {note !== undefined && <div className="bar-list-note">{note}</div>}
        </li>
      ))}
    </ol>
  );
}
