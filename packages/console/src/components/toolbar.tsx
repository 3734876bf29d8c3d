import { X } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { countText } from '../formats/index.ts';
import { Button } from './button.tsx';
import './toolbar.css';

interface ToolbarProps {
  /** What it is for, such as `Filters`. */
  readonly label: string;
  /** At its end, such as `ExportMenu` and `CommandButton`. */
  readonly end?: ReactNode;
  readonly children: ReactNode;
}

/** Controls above a list: what narrows it down, and at the end what is done with it. */
export function Toolbar({ label, end, children }: ToolbarProps): ReactElement {
  return (
    <div className="toolbar" role="group" aria-label={label}>
      <div className="toolbar-start">{children}</div>
      {end !== undefined && <div className="toolbar-end">{end}</div>}
    </div>
  );
}

interface FilterChipsProps {
  readonly filters: readonly { readonly name: string; readonly label: string; readonly value: string }[];
  readonly onRemove: (name: string) => void;
  readonly onClear: () => void;
}

/** The filters that are in force, each to be taken away. Nothing when there are none. */
export function FilterChips({ filters, onRemove, onClear }: FilterChipsProps): ReactElement | null {
  if (filters.length === 0) return null;
  return (
    <ul className="chips" aria-label="Filters in force">
      {filters.map(({ name, label, value }) => (
        <li key={name} className="chip">
          <span className="chip-label">{label}</span>
          <span className="chip-value ellipsis" title={value}>
            {value}
          </span>
          <button
            type="button"
            className="chip-remove"
            aria-label={`Remove ${label} ${value}`}
            onClick={() => onRemove(name)}
          >
            <X size={12} aria-hidden="true" />
          </button>
        </li>
      ))}
      <li>
        <Button look="quiet" onClick={onClear}>
          Clear all
        </Button>
      </li>
    </ul>
  );
}

interface SegmentsProps<Value extends string> {
  /** What is chosen, such as `Outcome`. */
  readonly label: string;
  readonly value: Value;
  readonly options: readonly {
    readonly value: Value;
    readonly label: string;
    readonly count?: number | undefined;
  }[];
  readonly onChange: (value: Value) => void;
}

/** One of two to five things, all of them in sight. */
export function Segments<Value extends string>({
  label,
  value,
  options,
  onChange,
}: SegmentsProps<Value>): ReactElement {
  return (
    <div className="segments" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className="segment"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
          {option.count !== undefined && <span className="segment-count">{countText(option.count)}</span>}
        </button>
      ))}
    </div>
  );
}
