import * as Ariakit from '@ariakit/react';
import { CalendarClock } from 'lucide-react';
import { type ReactElement, type SubmitEvent, useState } from 'react';
import { fieldOfInstant, instantOfField } from '../formats/index.ts';
import { useClock } from '../preferences/index.ts';
import { Button } from './button.tsx';
import { TextField } from './fields.tsx';
import './time-range.css';
import { Segments } from './toolbar.tsx';

/** A span of time: so long up to now, or between two instants, either of which may be open. */
export interface TimeSpan {
  /** The value of one of the quick ranges. */
  readonly range?: string | undefined;
  /** RFC 3339. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

interface TimeRangeProps {
  readonly span: TimeSpan;
  readonly ranges: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (span: TimeSpan) => void;
}

/** Chooses a span of time: the usual ones by a click, any other by its two ends. */
export function TimeRange({ span, ranges, onChange }: TimeRangeProps): ReactElement {
  const isCustom = span.range === undefined && (span.from !== undefined || span.to !== undefined);
  return (
    <div className="time-range">
      <Segments
        label="Time"
        value={isCustom ? '-' : (span.range ?? '')}
        options={[...ranges, { value: '', label: 'All' }]}
        onChange={(range) => onChange(range === '' ? {} : { range })}
      />
      <Ariakit.PopoverProvider placement="bottom-end">
        <Ariakit.PopoverDisclosure
          render={
            <Button icon={CalendarClock} aria-pressed={isCustom}>
              Span
            </Button>
          }
        />
        <Ariakit.Popover className="time-range-popover" gutter={4} unmountOnHide portal>
          <SpanForm span={span} onChange={onChange} />
        </Ariakit.Popover>
      </Ariakit.PopoverProvider>
    </div>
  );
}

function SpanForm({ span, onChange }: Pick<TimeRangeProps, 'span' | 'onChange'>): ReactElement {
  const [clock] = useClock();
  const popover = Ariakit.usePopoverContext();
  const textOf = (instant: string | undefined): string =>
    instant === undefined ? '' : fieldOfInstant(new Date(instant), clock);
  const [from, setFrom] = useState(textOf(span.from));
  const [to, setTo] = useState(textOf(span.to));
  const [start, end] = [instantOfField(from, clock), instantOfField(to, clock)];
  const isBackwards = start !== undefined && end !== undefined && end <= start;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isBackwards) return;
    onChange({ from: start?.toISOString(), to: end?.toISOString() });
    popover?.hide();
  };
  return (
    <form className="time-range-form" onSubmit={submit}>
      <Ariakit.PopoverHeading className="time-range-title">
        Between, in {clock === 'utc' ? 'UTC' : 'local time'}
      </Ariakit.PopoverHeading>
      <TextField label="From" type="datetime-local" value={from} onChange={setFrom} />
      <TextField
        label="To, not included"
        type="datetime-local"
        value={to}
        onChange={setTo}
        error={isBackwards ? 'The end lies before the beginning.' : undefined}
      />
      <Button type="submit" look="primary">
        Show this span
      </Button>
    </form>
  );
}
