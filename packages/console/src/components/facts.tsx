import type { ReactElement, ReactNode } from 'react';
import './facts.css';

interface FactsProps {
  /** What is not known is left out. */
  readonly facts: readonly (readonly [name: string, value: ReactNode | undefined])[];
  /** Names above values, side by side, for the top of a page. */
  readonly isRow?: boolean;
}

/** Names and values. */
export function Facts({ facts, isRow = false }: FactsProps): ReactElement {
  return (
    <dl className={isRow ? 'facts facts-row' : 'facts'}>
      {facts
        .filter(([, value]) => value !== undefined && value !== null)
        .map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

interface StatProps {
  readonly label: ReactNode;
  readonly value: ReactNode;
  /** Under the value, such as what it is compared with. */
  readonly note?: ReactNode;
}

/** One number that matters. */
export function Stat({ label, value, note }: StatProps): ReactElement {
  return (
    <div className="stat">
      <div className="stat-label">{label}</div>
      <div className="stat-value">{value}</div>
      {note !== undefined && <div className="stat-note">{note}</div>}
    </div>
  );
}

/** Numbers side by side in one frame. */
export function Stats({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className="stats">{children}</div>;
}
