import type { PrincipalDetail } from '@keywitness/api';
import { CircleCheck, CircleOff } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useAction, useApi } from '../../api/index.ts';
import {
  Answer,
  Arn,
  Badge,
  Button,
  Columns,
  CommandButton,
  ConfirmDialog,
  Facts,
  Page,
  Time,
} from '../../components/index.ts';
import { commandLine } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { Can } from './can.tsx';
import { Credentials } from './credentials.tsx';
import { Did } from './did.tsx';
import { DisableDialog } from './disable-dialog.tsx';
import { Policies } from './policies.tsx';
import { Quarantine } from './quarantine.tsx';
import { Sessions } from './sessions.tsx';
import { useQuarantines } from './use-quarantines.ts';
import type { Whose } from './whose.ts';

/** A person or a service. */
export function PrincipalView({ whose }: { readonly whose: Whose }): ReactElement {
  const { arn, name } = whose;
  const principal = useApi(['identity.principal', name], ({ client }) => client.getPrincipal(name));
  const consequences = useApi(['identity.consequences', name], ({ client }) =>
    client.getPrincipalConsequences(name),
  );
  const quarantines = useQuarantines(arn);
  const refreshAll = async (): Promise<void> => {
    await Promise.all([principal.refresh(), consequences.refresh(), quarantines.refresh()]);
  };
  const isQuarantined = (quarantines.value ?? []).length > 0;
  return (
    <Page
      title={name}
      trail={[{ label: 'Identities', href: places.identities }]}
      heading={
        <>
          {name}
          {principal.value?.disabled === true && <Badge>disabled</Badge>}
          {isQuarantined && <Badge tone="attention">quarantined</Badge>}
        </>
      }
      actions={
        <>
          <CommandButton commands={commandsOf(whose)} />
          {principal.value !== undefined && (
            <Switch
              whose={whose}
              principal={principal.value}
              consequences={consequences}
              onChanged={refreshAll}
            />
          )}
        </>
      }
    >
      <Answer state={principal} lines={2} isPart>
        {(value) => <Head principal={value} />}
      </Answer>
      <Columns shape="side">
        <div className="identity-stack">
          <Did whose={whose} />
          <Can whose={whose} />
        </div>
        <div className="identity-stack">
          <Credentials name={name} arn={arn} />
          <Sessions whose={whose} consequences={consequences} />
          <Quarantine whose={whose} state={quarantines} onChanged={refreshAll} />
          <Policies whose={whose} state={principal} />
        </div>
      </Columns>
    </Page>
  );
}

function Head({ principal }: { readonly principal: PrincipalDetail }): ReactElement {
  const { arn, createdAt, lastUsedAt, type, uniqueId } = principal;
  return (
    <Facts
      isRow
      facts={[
        ['Kind', type === 'user' ? 'person' : 'service'],
        ['ARN', <Arn key="arn" arn={arn} isWhole isLink={false} />],
        ['Unique id', <Arn key="id" arn={uniqueId} />],
        ['Last used', lastUsedAt === undefined ? 'never' : <Time key="used" at={lastUsedAt} />],
        ['Created', <Time key="created" at={createdAt} />],
      ]}
    />
  );
}

interface SwitchProps {
  readonly whose: Whose;
  readonly principal: PrincipalDetail;
  readonly consequences: Parameters<typeof DisableDialog>[0]['consequences'];
  readonly onChanged: () => Promise<void>;
}

function Switch({ whose, principal, consequences, onChanged }: SwitchProps): ReactElement {
  const [isAsked, setAsked] = useState(false);
  const enable = useAction(async ({ client }) => {
    await client.enablePrincipal(whose.name);
    await onChanged();
  });
  const close = (): void => setAsked(false);
  return (
    <>
      {principal.disabled ? (
        <Button icon={CircleCheck} onClick={() => setAsked(true)}>
          Enable
        </Button>
      ) : (
        <Button icon={CircleOff} onClick={() => setAsked(true)}>
          Disable
        </Button>
      )}
      {principal.disabled ? (
        <ConfirmDialog
          title={`Enable ${whose.name}`}
          isOpen={isAsked}
          onClose={close}
          confirm={`Enable ${whose.name}`}
          onConfirm={() => enable.run(undefined)}
          isBusy={enable.isRunning}
          error={enable.error}
        >
          <p>Its access keys and certificates work again, and policies that name it hold again.</p>
        </ConfirmDialog>
      ) : (
        <DisableDialog
          whose={whose}
          consequences={consequences}
          isOpen={isAsked}
          onClose={close}
          onDisabled={onChanged}
        />
      )}
    </>
  );
}

function commandsOf({ name }: Whose): readonly { readonly label: string; readonly line: string }[] {
  const admin = ['keywitness', 'admin', 'principal'];
  return [
    { label: 'What it can do', line: commandLine('keywitness', 'access', 'what-can', name) },
    { label: 'What it did', line: commandLine('keywitness', 'audit', 'list', '--principal', name) },
    { label: 'What would end with it', line: commandLine(...admin, 'consequences', name) },
    { label: 'Disable it', line: commandLine(...admin, 'disable', name) },
  ];
}
