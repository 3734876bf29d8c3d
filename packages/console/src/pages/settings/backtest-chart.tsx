import type { LucideIcon } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { BacktestAnswer } from '@keywitness/api';
import { Link } from 'wouter';
import { useAction } from '../../api/index.ts';
import { Button, ErrorState, Time, TimeChart } from '../../components/index.ts';
import { countOf } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { daysOf } from './days.ts';

const days = 30;
const shownMax = 20;

interface BacktestChartProps {
  readonly name: string;
  readonly icon: LucideIcon;
}

/** What a rule would have found in the last thirty days, asked for when somebody wants to know: it reads the record. */
export function BacktestChart({ name, icon }: BacktestChartProps): ReactElement {
  const [answer, setAnswer] = useState<BacktestAnswer>();
  const backtest = useAction(async ({ client }) => {
    const from = daysOf(Date.now(), days)[0] ?? 0;
    setAnswer(await client.rules.backtest(name, { from: new Date(from).toISOString() }));
  });
  return (
    <section className="settings-backtest" aria-label="Backtest">
      <Button
        icon={icon}
        isBusy={backtest.isRunning}
        onClick={() => {
          backtest.run(undefined).catch(() => undefined);
        }}
      >
        {`Try it on the last ${days} days`}
      </Button>
      {backtest.error !== undefined && <ErrorState error={backtest.error} isInline />}
      {answer !== undefined && <Found answer={answer} />}
    </section>
  );
}

function Found({ answer }: { readonly answer: BacktestAnswer }): ReactElement {
  const { count, events, incidents, perDay } = answer;
  const timesMs = daysOf(Date.now(), days);
  const values = timesMs.map((day) => perDay[new Date(day).toISOString().slice(0, 10)] ?? 0);
  const says = `${countOf(count, 'incident')} in ${countOf(events, 'event')}`;
  return (
    <>
      <p role="status">{`There would have been ${says}.`}</p>
      <TimeChart
        label={`Incidents a day: ${says}`}
        heightPx={120}
        timesMs={timesMs}
        series={[{ label: 'Incidents', tone: 'accent', values }]}
      />
      <ul className="settings-found">
        {incidents.slice(0, shownMax).map(({ eventIds, summary, time }) => (
          <li key={`${time} ${summary}`}>
            <Time at={time} />
            {eventIds[0] === undefined ? (
              <span>{summary}</span>
            ) : (
              <Link href={places.event(eventIds[0])}>{summary}</Link>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
