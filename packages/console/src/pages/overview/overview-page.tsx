import type { ReactElement } from 'react';
import { useApi } from '../../api/index.ts';
import { Columns, CommandButton, Page } from '../../components/index.ts';
import { commandLine } from '../../formats/index.ts';
import { Attention } from './attention.tsx';
import { FirstSteps } from './first-steps.tsx';
import { LiveEvents } from './live-events.tsx';
import { LogHealth } from './log-health.tsx';
import { OpenIncidents } from './open-incidents.tsx';
import './overview.css';
import { Traffic } from './traffic.tsx';

const refreshMs = 15_000;

/** What happens now, and what needs somebody. Whoever may not see a part of it sees the others. */
export function OverviewPage(): ReactElement {
  const status = useApi(['status'], ({ client }) => client.service.status(), { refreshMs });
  return (
    <Page
      title="Overview"
      actions={
        <CommandButton
          commands={[
            { label: 'How the service is', line: commandLine('keywitness', 'status') },
            { label: 'What happens now', line: commandLine('keywitness', 'audit', 'tail') },
            { label: 'Open incidents', line: commandLine('keywitness', 'incidents', 'list') },
          ]}
        />
      }
    >
      {status.value?.counts.keys === 0 && <FirstSteps />}
      <Columns shape="side">
        <div className="overview-stack">
          <Traffic />
          <LiveEvents />
        </div>
        <div className="overview-stack">
          <OpenIncidents />
          <Attention />
          <LogHealth state={status} />
        </div>
      </Columns>
    </Page>
  );
}
