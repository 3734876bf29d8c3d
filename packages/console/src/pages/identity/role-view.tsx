import type { ReactElement } from 'react';
import { useApi } from '../../api/index.ts';
import {
  Answer,
  Arn,
  Badge,
  Columns,
  CommandButton,
  Facts,
  Page,
  Section,
  Time,
} from '../../components/index.ts';
import { commandLine, durationText } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { Can } from './can.tsx';
import { Did } from './did.tsx';
import { Policies, Policy } from './policies.tsx';
import { Quarantine } from './quarantine.tsx';
import { readRole, type RoleDetail } from './read-role.ts';
import { Sessions } from './sessions.tsx';
import { useQuarantines } from './use-quarantines.ts';
import type { Whose } from './whose.ts';

/** A role, which people and workloads become for a while. */
export function RoleView({ whose }: { readonly whose: Whose }): ReactElement {
  const { arn, name } = whose;
  const role = useApi(['identity.role', name], ({ iam }) => readRole(iam, name));
  const quarantines = useQuarantines(arn);
  const isQuarantined = (quarantines.value ?? []).length > 0;
  return (
    <Page
      title={name}
      trail={[{ label: 'Identities', href: places.identities }]}
      heading={
        <>
          {name} <Badge>role</Badge>
          {isQuarantined && <Badge tone="attention">quarantined</Badge>}
        </>
      }
      actions={<CommandButton commands={commandsOf(whose)} />}
    >
      <Answer state={role} lines={2} isPart>
        {(value) => <Head role={value} />}
      </Answer>
      <Columns shape="side">
        <div className="identity-stack">
          <Did whose={whose} />
          <Can whose={whose} />
        </div>
        <div className="identity-stack">
          <Section title="Who may become it">
            <Answer state={role} isPart>
              {({ trust }) => <Policy policy={{ name: 'Trust policy', document: trust }} />}
            </Answer>
          </Section>
          <Sessions whose={whose} />
          <Quarantine whose={whose} state={quarantines} onChanged={quarantines.refresh} />
          <Policies whose={whose} state={role} />
        </div>
      </Columns>
    </Page>
  );
}

function Head({ role }: { readonly role: RoleDetail }): ReactElement {
  const { arn, createdAt, description, maxSessionSeconds } = role;
  return (
    <Facts
      isRow
      facts={[
        ['ARN', <Arn key="arn" arn={arn} isWhole isLink={false} />],
        ['For', description],
        ['Sessions last at most', durationText(maxSessionSeconds * 1000)],
        ['Created', <Time key="created" at={createdAt} />],
      ]}
    />
  );
}

function commandsOf({ arn, name }: Whose): readonly { readonly label: string; readonly line: string }[] {
  const endpoint = ['--endpoint-url', location.origin];
  return [
    { label: 'What it can do', line: commandLine('keywitness', 'access', 'what-can', arn) },
    { label: 'What it did', line: commandLine('keywitness', 'audit', 'list', '--principal', arn) },
    { label: 'Show it', line: commandLine('aws', 'iam', 'get-role', '--role-name', name, ...endpoint) },
    { label: 'End its sessions', line: commandLine('keywitness', 'admin', 'session', 'revoke-all', arn) },
  ];
}
