import { CircleCheck } from 'lucide-react';
import type { ReplayAnswer, ReplayGroup } from '@keywitness/api';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { Arn, Loading, Outcome, Time } from '../../components/index.ts';
import { countOf, countText, shortArn } from '../../formats/index.ts';
import { places } from '../../places/index.ts';

interface ReplayProps {
  readonly replay: ReplayAnswer | undefined;
  readonly progress: { readonly done: number; readonly total: number } | undefined;
}

/** What of the recorded requests would have ended otherwise under the new policy. */
export function Replay({ replay, progress }: ReplayProps): ReactElement {
  if (replay === undefined) {
    return (
      <>
        <Loading lines={3} label="Replaying the record" />
        {progress !== undefined && (
          <p className="key-note">{`${countText(progress.done)} of ${countOf(progress.total, 'event')}`}</p>
        )}
      </>
    );
  }
  const { allowedCount, cut, decisions, deniedCount, newlyAllowed, newlyDenied, notJudged } = replay;
  const unjudged = Object.entries(notJudged);
  return (
    <div className="key-column">
      <p role="status">
        <strong>{verdict(replay)}</strong>
        <span className="key-note">{` ${countOf(decisions, 'recorded decision')} were judged again.`}</span>
      </p>
      {deniedCount + allowedCount === 0 && (
        <p className="key-clear">
          <CircleCheck size={15} aria-hidden="true" />
          <span>
            Every recorded request would have ended as it did. What nobody asked for in this time is not in
            the record: see who gains and who loses.
          </span>
        </p>
      )}
      <Groups title="Would have been denied" groups={newlyDenied} outcome="denied" />
      <Groups title="Would have been allowed" groups={newlyAllowed} outcome="success" />
      {unjudged.length > 0 && (
        <p className="key-note">
          {`Not judged again: ${unjudged.map(([reason, count]) => `${countText(count)} (${reason})`).join(', ')}.`}
        </p>
      )}
      {cut > 0 && <p className="key-note">{`${countOf(cut, 'more group')} are counted and not shown.`}</p>}
    </div>
  );
}

function verdict({ allowedCount, deniedCount, newlyDenied }: ReplayAnswer): string {
  const who = [...new Set(newlyDenied.map(({ principal }) => shortArn(principal)))];
  const parts = [
    ...(deniedCount > 0
      ? [`${countOf(deniedCount, 'request')} by ${who.join(', ')} would have been denied.`]
      : []),
    ...(allowedCount > 0
      ? [`${countOf(allowedCount, 'request')} that were denied would have been allowed.`]
      : []),
  ];
  return parts.length === 0 ? 'Nobody would have been denied.' : parts.join(' ');
}

interface GroupsProps {
  readonly title: string;
  readonly groups: readonly ReplayGroup[];
  readonly outcome: 'denied' | 'success';
}

function Groups({ title, groups, outcome }: GroupsProps): ReactElement | null {
  if (groups.length === 0) return null;
  return (
    <ul className="key-groups" aria-label={title}>
      {groups.map(({ count, events, lastTime, permission, principal, resource }) => (
        <li key={`${principal} ${permission} ${resource}`}>
          <Outcome outcome={outcome} />
          <Arn arn={principal} />
          <code>{permission}</code>
          <span className="key-number">{`${countText(count)} ×`}</span>
          <span className="key-note">
            last <Time at={lastTime} show="relative" />
          </span>
          {events[0] === undefined ? <span /> : <Link href={places.event(events[0])}>An example</Link>}
        </li>
      ))}
    </ul>
  );
}
