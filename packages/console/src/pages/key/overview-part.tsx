import { Pencil } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useAction, useApi } from '../../api/index.ts';
import {
  Button,
  Columns,
  ConfirmDialog,
  CopyButton,
  Facts,
  Section,
  TextField,
  Time,
} from '../../components/index.ts';
import { originText, usageText } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { AliasesSection } from './aliases-section.tsx';
import { dateOf, type PartProps } from './subject.ts';
import { TagsSection } from './tags-section.tsx';
import { kmsLine } from './kms-line.ts';

/** What a key is, what it is called, and when it was used last. */
export function OverviewPart({ subject }: PartProps): ReactElement {
  return (
    <>
      <TopFacts subject={subject} />
      <Columns shape="side">
        <div className="key-column">
          <AliasesSection subject={subject} />
          <TagsSection subject={subject} />
        </div>
        <About subject={subject} />
      </Columns>
    </>
  );
}

function TopFacts({ subject }: PartProps): ReactElement {
  const { CreationDate, DeletionDate, KeySpec, KeyUsage, Origin, ValidTo } = subject.metadata;
  return (
    <Facts
      isRow
      facts={[
        ['Last used', <LastUse key="use" subject={subject} />],
        ['Deletion', DeletionDate === undefined ? undefined : <Time key="end" at={dateOf(DeletionDate)} />],
        ['Material expires', ValidTo === undefined ? undefined : <Time key="to" at={dateOf(ValidTo)} />],
        [
          'Spec',
          <span key="spec" className="mono">
            {KeySpec}
          </span>,
        ],
        ['For', usageText(KeyUsage ?? '')],
        ['Material', originText(Origin ?? '')],
        ['Created', CreationDate === undefined ? undefined : <Time key="made" at={dateOf(CreationDate)} />],
      ]}
    />
  );
}

function LastUse({ subject: { arn, region } }: PartProps): ReactElement {
  const { value, error } = useApi(['key-last-use', arn], ({ kms }) =>
    kms('GetKeyLastUsage', { KeyId: arn }, { region }),
  );
  if (error !== undefined) return <>not known to you</>;
  if (value === undefined) return <>…</>;
  const { Operation, Timestamp } = value.KeyLastUsage ?? {};
  if (Timestamp === undefined) return <>never</>;
  return (
    <>
      <Time at={dateOf(Timestamp)} show="relative" />
      {Operation !== undefined && `, ${Operation}`}
    </>
  );
}

function About({ subject }: PartProps): ReactElement {
  const { arn, keyId, region, metadata } = subject;
  const { MultiRegionConfiguration } = metadata;
  const related = [
    ...(MultiRegionConfiguration?.PrimaryKey === undefined ? [] : [MultiRegionConfiguration.PrimaryKey]),
    ...(MultiRegionConfiguration?.ReplicaKeys ?? []),
  ].filter(({ Region }) => Region !== region);
  return (
    <Section title="About" actions={<DescriptionButton subject={subject} />}>
      <Facts
        facts={[
          ['Description', metadata.Description || 'none'],
          [
            'Id',
            <span key="id" className="mono key-long">
              {keyId} <CopyButton text={keyId} what="the key’s id" />
            </span>,
          ],
          [
            'ARN',
            <span key="arn" className="mono key-long">
              {arn} <CopyButton text={arn} what="the key’s ARN" />
            </span>,
          ],
          ['Region', region],
          ['Account', subject.accountId],
          [
            'In other Regions',
            related.length === 0 ? undefined : (
              <span key="related" className="key-lines">
                {related.map(({ Region = '' }) => (
                  <a key={Region} href={`/console${places.key(keyId, '', Region)}`}>
                    {Region}
                  </a>
                ))}
              </span>
            ),
          ],
        ]}
      />
    </Section>
  );
}

function DescriptionButton({ subject: { arn, metadata, name, refresh, region } }: PartProps): ReactElement {
  const [text, setText] = useState<string>();
  const update = useAction(async ({ kms }) => {
    await kms('UpdateKeyDescription', { KeyId: arn, Description: text?.trim() ?? '' }, { region });
    await refresh();
  });
  return (
    <>
      <Button icon={Pencil} onClick={() => setText(metadata.Description ?? '')}>
        Edit description
      </Button>
      <ConfirmDialog
        title={`Describe ${name}`}
        isOpen={text !== undefined}
        onClose={() => setText(undefined)}
        confirm="Save description"
        onConfirm={() => update.run(undefined)}
        isBusy={update.isRunning}
        error={update.error}
        command={kmsLine('update-key-description', arn, '--description', text ?? '')}
      >
        <p>It is shown in lists, and changes nothing about who may use the key. It stays on the record.</p>
        <TextField label="Description" value={text ?? ''} onChange={setText} lines={3} />
      </ConfirmDialog>
    </>
  );
}
