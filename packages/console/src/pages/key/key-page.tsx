import type { ReactElement } from 'react';
import { useParams, useSearchParams } from 'wouter';
import { type ApiState, useApi } from '../../api/index.ts';
import { Answer, Badge, KeyState, Page, TabLinks } from '../../components/index.ts';
import { nameOfKey, parseArn } from '../../formats/index.ts';
import { places, textOfPart } from '../../places/index.ts';
import { useSession } from '../../session/index.ts';
import { GrantsPart } from './grants-part.tsx';
import './key.css';
import { OverviewPart } from './overview-part.tsx';
import { PolicyPart } from './policy-part.tsx';
import { RotationPart } from './rotation-part.tsx';
import { StateActions } from './state-actions.tsx';
import type { KeySubject } from './subject.ts';
import { UsePart } from './use-part.tsx';

const parts = [
  { name: '', label: 'Overview', part: OverviewPart },
  { name: 'policy', label: 'Policy', part: PolicyPart },
  { name: 'rotation', label: 'Rotation', part: RotationPart },
  { name: 'use', label: 'Use', part: UsePart },
  { name: 'grants', label: 'Grants', part: GrantsPart },
] as const;

/** One key: its state, policy, versions and users. */
export function KeyPage(): ReactElement {
  const { id: named = '', part = '' } = useParams();
  // Its id, or its alias.
  const id = textOfPart(named);
  const [query] = useSearchParams();
  const session = useSession();
  const region = query.get('region') ?? undefined;
  const state = useSubject(id, region ?? session.region);
  const { part: Part } = parts.find(({ name }) => name === part) ?? parts[0];
  const title = state.value?.name ?? id;
  return (
    <Page
      title={title}
      trail={[{ label: 'Keys', href: places.keys }]}
      heading={
        state.value === undefined ? <span className="mono">{id}</span> : <Heading subject={state.value} />
      }
      about={state.value?.metadata.Description || undefined}
      {...(state.value === undefined ? {} : { actions: <StateActions subject={state.value} /> })}
      tabs={
        <TabLinks
          label="Key"
          tabs={parts.map(({ label, name }) => ({ label, href: places.key(id, name, region) }))}
        />
      }
    >
      <Answer state={state} lines={10}>
        {(subject) => <Part subject={subject} />}
      </Answer>
    </Page>
  );
}

function Heading({ subject }: { readonly subject: KeySubject }): ReactElement {
  const { MultiRegion, MultiRegionConfiguration, KeyState: state = '' } = subject.metadata;
  return (
    <span className="key-heading">
      <span className={subject.name === subject.keyId ? 'mono' : undefined}>{subject.name}</span>
      <KeyState state={state} />
      {MultiRegion === true && (
        <Badge>
          {MultiRegionConfiguration?.MultiRegionKeyType === 'REPLICA' ? 'Replica' : 'Multi-Region'}
        </Badge>
      )}
    </span>
  );
}

/** Who may see the key and not its aliases sees it by its id. */
function useSubject(id: string, region: string): ApiState<KeySubject> {
  const state = useApi(['key', id, region], async ({ kms }) => {
    const { KeyMetadata } = await kms('DescribeKey', { KeyId: id }, { region });
    const aliases = await kms('ListAliases', { KeyId: KeyMetadata?.Arn }, { region }).then(
      ({ Aliases = [] }) => Aliases,
      () => [],
    );
    return { metadata: KeyMetadata, aliases };
  });
  const { metadata, aliases = [] } = state.value ?? {};
  const { Arn: arn = '', KeyId: keyId = id } = metadata ?? {};
  const names = aliases.flatMap(({ AliasName }) => AliasName ?? []).toSorted();
  const value: KeySubject | undefined =
    metadata === undefined
      ? undefined
      : {
          keyId,
          arn,
          region,
          accountId: parseArn(arn)?.account ?? '',
          name: nameOfKey(keyId, names),
          metadata,
          refresh: state.refresh,
        };
  return { ...state, value };
}
