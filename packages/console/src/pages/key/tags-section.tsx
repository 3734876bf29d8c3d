import { Pencil, Tags } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useAction, useApi } from '../../api/index.ts';
import {
  Answer,
  Button,
  ConfirmDialog,
  EmptyState,
  Facts,
  Section,
  TextField,
} from '../../components/index.ts';
import type { PartProps } from './subject.ts';
import { linesOf, readLines, type TagMap, tagChanges } from './tag-lines.ts';
import { kmsLine } from './kms-line.ts';

/** What is noted on a key by name. */
export function TagsSection({ subject }: PartProps): ReactElement {
  const { arn, region } = subject;
  const [text, setText] = useState<string>();
  const state = useApi(['key-tags', arn], async ({ kms }) => {
    const { Tags: tags = [] } = await kms('ListResourceTags', { KeyId: arn }, { region });
    // Not as a map: answers are compared by their members, and of maps none are seen.
    return tags.map(({ TagKey = '', TagValue = '' }) => [TagKey, TagValue] as const);
  });
  const known: TagMap = new Map(state.value);
  return (
    <Section
      title="Tags"
      about="Policies and filters can speak of them."
      actions={
        <Button icon={Pencil} disabled={state.value === undefined} onClick={() => setText(linesOf(known))}>
          Edit tags
        </Button>
      }
    >
      <Answer state={state} lines={2}>
        {(tags) =>
          tags.length === 0 ? (
            <EmptyState icon={Tags} title="It has no tags">
              A tag such as <code>team=payments</code> says whose the key is, finds it in the list, and lets
              policies allow all keys of a team at once.
            </EmptyState>
          ) : (
            <Facts facts={tags.toSorted(([a], [b]) => (a < b ? -1 : 1))} />
          )
        }
      </Answer>
      {text !== undefined && (
        <TagsDialog subject={subject} before={known} text={text} onText={setText} onSaved={state.refresh} />
      )}
    </Section>
  );
}

interface TagsDialogProps extends PartProps {
  readonly before: TagMap;
  readonly text: string;
  readonly onText: (text: string | undefined) => void;
  readonly onSaved: () => Promise<void>;
}

function TagsDialog({ subject, before, text, onText, onSaved }: TagsDialogProps): ReactElement {
  const { arn, region } = subject;
  const wanted = readLines(text);
  const changes = tagChanges(before, wanted ?? new Map());
  const save = useAction(async ({ kms }) => {
    if (changes.removed.length > 0) {
      await kms('UntagResource', { KeyId: arn, TagKeys: [...changes.removed] }, { region });
    }
    if (changes.set.length > 0) {
      const tags = changes.set.map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
      await kms('TagResource', { KeyId: arn, Tags: tags }, { region });
    }
    await onSaved();
  });
  return (
    <ConfirmDialog
      title={`Tags of ${subject.name}`}
      isOpen
      onClose={() => {
        onText(undefined);
      }}
      confirm="Save tags"
      onConfirm={() => save.run(undefined)}
      canConfirm={wanted !== undefined && changes.set.length + changes.removed.length > 0}
      isBusy={save.isRunning}
      error={save.error}
      command={tagLines(arn, changes)}
    >
      <p>
        Policies that allow or deny by tags judge by the new ones from the next request on.
        {changes.removed.length > 0 && ` Removed: ${changes.removed.join(', ')}.`}
      </p>
      <TextField
        label="One tag on each line, name=value"
        value={text}
        onChange={onText}
        lines={6}
        isMono
        error={wanted === undefined ? 'Each line is a name, =, and a value; no name twice.' : undefined}
      />
    </ConfirmDialog>
  );
}

function tagLines(arn: string, { removed, set }: ReturnType<typeof tagChanges>): string {
  const tags = set.map(([name, value]) => `TagKey=${name},TagValue=${value}`);
  const lines = [
    ...(removed.length === 0 ? [] : [kmsLine('untag-resource', arn, '--tag-keys', ...removed)]),
    ...(tags.length === 0 ? [] : [kmsLine('tag-resource', arn, '--tags', ...tags)]),
  ];
  return lines.length === 0 ? kmsLine('list-resource-tags', arn) : lines.join(' &&\n');
}
