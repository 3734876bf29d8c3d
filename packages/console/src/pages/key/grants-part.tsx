import { Handshake, Plus, Trash2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { GrantListEntry } from '@aws-sdk/client-kms';
import { type KmsCaller, useAction, useApi, type Wire } from '../../api/index.ts';
import {
  Answer,
  Arn,
  Button,
  type Column,
  CommandButton,
  ConfirmDialog,
  DataTable,
  EmptyState,
  ExportMenu,
  IconButton,
  Time,
  Toolbar,
} from '../../components/index.ts';
import { countOf, type ExportColumn, shortArn } from '../../formats/index.ts';
import { GrantDialog } from './grant-dialog.tsx';
import { dateOf, type PartProps } from './subject.ts';
import { kmsLine } from './kms-line.ts';

type Grant = Wire<GrantListEntry>;

const pagesMax = 100;

const exported: readonly ExportColumn<Grant>[] = [
  { name: 'grantId', valueOf: ({ GrantId }) => GrantId },
  { name: 'name', valueOf: ({ Name }) => Name },
  { name: 'grantee', valueOf: ({ GranteePrincipal }) => GranteePrincipal },
  { name: 'operations', valueOf: ({ Operations = [] }) => Operations.join(' ') },
  { name: 'onlyFor', valueOf: onlyFor },
  { name: 'retiring', valueOf: ({ RetiringPrincipal }) => RetiringPrincipal },
  {
    name: 'createdAt',
    valueOf: ({ CreationDate }) =>
      CreationDate === undefined ? undefined : dateOf(CreationDate).toISOString(),
  },
];

/** What was granted on the key besides its policy. */
export function GrantsPart({ subject }: PartProps): ReactElement {
  const { arn, region } = subject;
  const [isCreating, setCreating] = useState(false);
  const [revoked, setRevoked] = useState<Grant>();
  const state = useApi(['key-grants', arn], ({ kms }) => listGrants(kms, arn, region));
  const create = (
    <Button look="primary" icon={Plus} onClick={() => setCreating(true)}>
      Create grant
    </Button>
  );
  return (
    <>
      <Answer state={state} lines={6}>
        {(grants) => (
          <>
            <Toolbar
              label="Grants"
              end={
                <>
                  <ExportMenu name="grants" rows={grants} columns={exported} />
                  <CommandButton commands={[{ label: 'List them', line: kmsLine('list-grants', arn) }]} />
                  {grants.length > 0 && create}
                </>
              }
            >
              <span className="key-note">{countOf(grants.length, 'grant')}</span>
            </Toolbar>
            {grants.length === 0 ? (
              <EmptyState icon={Handshake} title="Nothing is granted" actions={create}>
                A grant allows one principal a few operations on this key, without a change of its policy: for
                a job, or by a service for the time that it needs the key. It can be limited to one encryption
                context, and revoked at any time.
              </EmptyState>
            ) : (
              <DataTable
                label="Grants"
                columns={columnsWith(setRevoked)}
                rows={grants}
                keyOf={({ GrantId = '' }) => GrantId}
              />
            )}
          </>
        )}
      </Answer>
      <GrantDialog
        subject={subject}
        isOpen={isCreating}
        onClose={() => setCreating(false)}
        onCreated={state.refresh}
      />
      <RevokeDialog
        subject={subject}
        grant={revoked}
        onClose={() => setRevoked(undefined)}
        onRevoked={state.refresh}
      />
    </>
  );
}

async function listGrants(kms: KmsCaller, arn: string, region: string): Promise<readonly Grant[]> {
  const all: Grant[] = [];
  let marker: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const { Grants = [], NextMarker } = await kms(
      'ListGrants',
      { KeyId: arn, ...(marker === undefined ? {} : { Marker: marker }) },
      { region },
    );
    all.push(...Grants);
    marker = NextMarker;
    if (marker === undefined) break;
  }
  return all;
}

function columnsWith(revoke: (grant: Grant) => void): readonly Column<Grant>[] {
  return [
    {
      id: 'grantee',
      title: 'Who',
      width: 200,
      grow: 2,
      cell: ({ GranteePrincipal = '' }) => <Arn arn={GranteePrincipal} />,
    },
    {
      id: 'operations',
      title: 'May',
      width: 220,
      grow: 3,
      cell: ({ Operations = [] }) => (
        <span className="ellipsis" title={Operations.join('\n')}>
          {Operations.join(', ')}
        </span>
      ),
    },
    {
      id: 'only',
      title: 'Only for',
      width: 150,
      grow: 2,
      isMinor: true,
      cell: (grant) => (
        <span className="ellipsis mono" title={onlyFor(grant)}>
          {onlyFor(grant)}
        </span>
      ),
    },
    {
      id: 'name',
      title: 'Name',
      width: 110,
      grow: 1,
      isMinor: true,
      cell: ({ Name = '' }) => <span className="ellipsis">{Name}</span>,
    },
    {
      id: 'created',
      title: 'Since',
      width: 92,
      cell: ({ CreationDate }) =>
        CreationDate === undefined ? '' : <Time at={dateOf(CreationDate)} show="day" />,
    },
    {
      id: 'revoke',
      title: 'Revoke',
      width: 56,
      cell: (grant) => (
        <IconButton
          icon={Trash2}
          label={`Revoke the grant of ${shortArn(grant.GranteePrincipal ?? '')}`}
          onClick={() => revoke(grant)}
        />
      ),
    },
  ];
}

/** The encryption contexts that a grant is limited to. */
function onlyFor({ Constraints }: Grant): string | undefined {
  const pairs = Constraints?.EncryptionContextEquals ?? Constraints?.EncryptionContextSubset;
  return pairs === undefined
    ? undefined
    : Object.entries(pairs)
        .map(([name, value]) => `${name}=${value}`)
        .join(', ');
}

interface RevokeDialogProps extends PartProps {
  readonly grant: Grant | undefined;
  readonly onClose: () => void;
  readonly onRevoked: () => Promise<void>;
}

function RevokeDialog({ subject, grant, onClose, onRevoked }: RevokeDialogProps): ReactElement {
  const { arn, region } = subject;
  const id = grant?.GrantId ?? '';
  const revoke = useAction(async ({ kms }) => {
    await kms('RevokeGrant', { KeyId: arn, GrantId: id }, { region });
    await onRevoked();
  });
  return (
    <ConfirmDialog
      title="Revoke the grant"
      isOpen={grant !== undefined}
      onClose={() => {
        revoke.clear();
        onClose();
      }}
      confirm="Revoke grant"
      onConfirm={() => revoke.run(undefined)}
      isBusy={revoke.isRunning}
      error={revoke.error}
      command={kmsLine('revoke-grant', arn, '--grant-id', id)}
    >
      <p>
        {`From the next request on ${shortArn(grant?.GranteePrincipal ?? '')} may do ${(grant?.Operations ?? []).join(', ')} only as far as policies allow it. A grant cannot be brought back; a like one can be made.`}
      </p>
    </ConfirmDialog>
  );
}
