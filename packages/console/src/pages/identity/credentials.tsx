import type { ApiClient, CredentialSummary, NewCredential } from '@keywitness/api';
import { KeyRound, Plus } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { Link } from 'wouter';
import { type ApiState, useAction, useApi } from '../../api/index.ts';
import {
  Answer,
  Badge,
  Button,
  CodeBlock,
  ConfirmDialog,
  CopyButton,
  Dialog,
  EmptyState,
  Facts,
  Section,
  Time,
} from '../../components/index.ts';
import { places } from '../../places/index.ts';

const pageItems = 1000;

interface CredentialsProps {
  readonly name: string;
  readonly arn: string;
}

type Change = 'disable' | 'enable' | 'delete';

const changes: Readonly<Record<Change, { readonly title: string; readonly says: string }>> = {
  disable: {
    title: 'Disable access key',
    says: 'Once this is answered, nothing that it signs is done, and sessions that were got with it have ended. It can be enabled again.',
  },
  enable: { title: 'Enable access key', says: 'Whoever has its secret can act with it again.' },
  delete: {
    title: 'Delete access key',
    says: 'It never works again. Disable it first if you are not sure that nobody needs it.',
  },
};

/** The access keys of a principal, and what can be done with each. */
export function Credentials({ name, arn }: CredentialsProps): ReactElement {
  const state = useApi(['identity.credentials', arn], ({ client }) => ownCredentials(client, arn));
  const [made, setMade] = useState<NewCredential>();
  const [isCreating, setCreating] = useState(false);
  const create = useAction(async ({ client }) => {
    setMade(await client.createCredential(name));
    await state.refresh();
  });
  return (
    <Section
      title="Access keys"
      actions={
        <Button
          icon={Plus}
          onClick={() => {
            create.clear();
            setCreating(true);
          }}
        >
          Create
        </Button>
      }
    >
      <Answer state={state} isPart>
        {(credentials) =>
          credentials.length === 0 ? (
            <EmptyState icon={KeyRound} title="No access key">
              It can act by a client certificate or single sign-on, or get one here.
            </EmptyState>
          ) : (
            <ul className="identity-items">
              {credentials.map((credential) => (
                <Credential key={credential.accessKeyId} credential={credential} state={state} />
              ))}
            </ul>
          )
        }
      </Answer>
      <ConfirmDialog
        title={`Create an access key for ${name}`}
        isOpen={isCreating}
        onClose={() => setCreating(false)}
        confirm="Create access key"
        onConfirm={() => create.run(undefined)}
        isBusy={create.isRunning}
        error={create.error}
      >
        <p>
          Whoever has it can do all that {name} can. Its secret is shown once: have a safe place for it at
          hand.
        </p>
      </ConfirmDialog>
      <Secret made={made} onClose={() => setMade(undefined)} />
    </Section>
  );
}

interface CredentialProps {
  readonly credential: CredentialSummary;
  readonly state: ApiState<readonly CredentialSummary[]>;
}

function Credential({ credential, state }: CredentialProps): ReactElement {
  const { accessKeyId, createdAt, disabled, lastUsedAt } = credential;
  const [asked, setAsked] = useState<Change>();
  const change = useAction(async ({ client }, what: Change) => {
    if (what === 'disable') await client.disableCredential(accessKeyId);
    else if (what === 'enable') await client.enableCredential(accessKeyId);
    else await client.deleteCredential(accessKeyId);
    await state.refresh();
  });
  const ask = (what: Change): void => {
    change.clear();
    setAsked(what);
  };
  return (
    <li className="identity-item" aria-label={accessKeyId}>
      <div className="identity-item-head">
        <Link href={places.audit({ credential: accessKeyId })} className="mono" title="What was done with it">
          {accessKeyId}
        </Link>
        <CopyButton text={accessKeyId} what="the access key’s id" />
        {disabled && <Badge>disabled</Badge>}
      </div>
      <p className="identity-note">
        {lastUsedAt === undefined ? (
          'Never used'
        ) : (
          <>
            Last used <Time at={lastUsedAt} />
          </>
        )}
        , created <Time at={createdAt} show="day" />
      </p>
      <div className="identity-item-acts">
        {disabled ? (
          <Button onClick={() => ask('enable')}>Enable</Button>
        ) : (
          <Button onClick={() => ask('disable')}>Disable</Button>
        )}
        <Button look="quiet" onClick={() => ask('delete')}>
          Delete
        </Button>
      </div>
      {asked !== undefined && (
        <ConfirmDialog
          title={changes[asked].title}
          isOpen
          onClose={() => setAsked(undefined)}
          confirm={changes[asked].title}
          onConfirm={() => change.run(asked)}
          isBusy={change.isRunning}
          error={change.error}
          {...(asked === 'delete' ? { isDanger: true, typed: accessKeyId } : {})}
        >
          <p>
            <span className="mono">{accessKeyId}</span>{' '}
            {lastUsedAt === undefined ? (
              'was never used.'
            ) : (
              <>
                was last used <Time at={lastUsedAt} show="relative" />.
              </>
            )}
          </p>
          <p>{changes[asked].says}</p>
        </ConfirmDialog>
      )}
    </li>
  );
}

/** A new access key, for the only time. */
function Secret({
  made,
  onClose,
}: {
  readonly made: NewCredential | undefined;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <Dialog
      title="The new access key"
      isOpen={made !== undefined}
      onClose={onClose}
      actions={
        <Button look="primary" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      {made !== undefined && (
        <>
          <p className="identity-says">
            This is the only time that its secret is shown. Nobody can look it up, not even an administrator.
          </p>
          <Facts
            facts={[
              [
                'Access key ID',
                <CodeBlock key="id" text={made.accessKeyId} what="the access key’s id" wraps />,
              ],
              [
                'Secret access key',
                <CodeBlock key="secret" text={made.secretAccessKey} what="the secret access key" wraps />,
              ],
            ]}
          />
        </>
      )}
    </Dialog>
  );
}

async function ownCredentials(client: ApiClient, arn: string): Promise<readonly CredentialSummary[]> {
  const own: CredentialSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listCredentialsPage({
      limit: pageItems,
      ...(cursor === undefined ? {} : { cursor }),
    });
    own.push(...page.credentials.filter(({ principalArn }) => principalArn === arn));
    cursor = page.next;
  } while (cursor !== undefined);
  return own;
}
