import type { ReactElement } from 'react';
import { instantText, relativeText } from '../formats/index.ts';
import { useClock } from '../preferences/index.ts';
import { useNow } from './use-now.ts';
import './time.css';

interface TimeProps {
  /** RFC 3339, or an instant. */
  readonly at: string | Date;
  /** `full`: day and time. `precise`: with milliseconds and the zone. `relative`: how far away it is. */
  readonly show?: 'full' | 'precise' | 'day' | 'time' | 'relative';
}

const nowStepMs = 15_000;

/** An instant, in UTC or the browser's time zone as was chosen; in its title all ways to say it. */
export function Time({ at, show = 'full' }: TimeProps): ReactElement {
  const [clock] = useClock();
  const now = useNow(nowStepMs);
  const date = typeof at === 'string' ? new Date(at) : at;
  if (Number.isNaN(date.getTime())) return <span>{String(at)}</span>;
  const relative = relativeText(date, now);
  const text = instantText(date, clock, show === 'precise');
  const title = [fullText(date, 'utc'), fullText(date, 'local'), relative].join('\n');
  return (
    <time className="time" dateTime={date.toISOString()} title={title}>
      {show === 'relative' && relative}
      {show === 'day' && text.day}
      {show === 'time' && text.time}
      {(show === 'full' || show === 'precise') && (
        <>
          <span className="time-day">{text.day}</span> {text.time}
        </>
      )}
      {show === 'precise' && <span className="time-zone"> {text.zone}</span>}
    </time>
  );
}

function fullText(date: Date, clock: 'utc' | 'local'): string {
  const { day, time, zone } = instantText(date, clock, true);
  return `${day} ${time} ${zone}`;
}
