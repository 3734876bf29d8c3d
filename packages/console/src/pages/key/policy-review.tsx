import { Save, TriangleAlert } from 'lucide-react';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { ReplayAnswer } from '@keywitness/api';
import { type ApiState, useAction, useApi, useConnection } from '../../api/index.ts';
import {
  Answer,
  Button,
  CheckField,
  Columns,
  ConfirmDialog,
  ErrorState,
  Section,
} from '../../components/index.ts';
import { countOf, shortArn } from '../../formats/index.ts';
import { AccessChanges } from './access-changes.tsx';
import { TextDiff } from './text-diff.tsx';
import { Replay } from './replay.tsx';
import type { PartProps } from './subject.ts';
import { kmsLine } from './kms-line.ts';

interface PolicyReviewProps extends PartProps {
  readonly before: string;
  readonly after: string;
  /** The editor has another text by now. */
  readonly isStale: boolean;
  readonly onSaved: () => Promise<void>;
}

const replayDays = 90;
const dayMs = 86_400_000;

/** What a change of the policy would do: the text, who gains and loses, what of the record would have ended otherwise. */
export function PolicyReview(props: PolicyReviewProps): ReactElement {
  const { subject, before, after, isStale } = props;
  const target = `key:${subject.arn}`;
  const changes = useApi(['policy-diff', target, before, after], ({ client }) =>
    client.access.diff({ for: target, new: after }),
  );
  const { replay, progress } = useReplay(target, after);
  const [isSaving, setSaving] = useState(false);
  const [isUnseen, setUnseen] = useState(false);
  const isReplayed = replay.value !== undefined || (replay.error !== undefined && isUnseen);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'start' });
  }, []);
  return (
    <div ref={place} className="key-review">
      <Section
        title="Review"
        about={
          isStale ? 'The text has changed since. Review it again before it is saved.' : 'Before it is saved.'
        }
        isBare
        actions={
          <Button
            look="primary"
            icon={Save}
            disabled={isStale || !isReplayed}
            onClick={() => setSaving(true)}
          >
            Save policy
          </Button>
        }
      >
        <div className="key-column">
          <Section title={`Replay of the last ${replayDays} days`} about="What the record says of it.">
            {replay.error === undefined ? (
              <Replay replay={replay.value} progress={progress} />
            ) : (
              <>
                <ErrorState error={replay.error} onRetry={replay.refresh} isInline />
                <CheckField
                  label="Save it without knowing what would have been denied."
                  isChecked={isUnseen}
                  onChange={setUnseen}
                />
              </>
            )}
          </Section>
          <Columns>
            <Section title="Who gains, who loses">
              <Answer state={changes} lines={4}>
                {(answer) => <AccessChanges answer={answer} />}
              </Answer>
            </Section>
            <Section title="Text" isBare>
              <TextDiff before={before} after={after} />
            </Section>
          </Columns>
        </div>
        <SaveDialog {...props} replay={replay.value} isOpen={isSaving} onClose={() => setSaving(false)} />
      </Section>
    </div>
  );
}

interface Progress {
  readonly done: number;
  readonly total: number;
}

function useReplay(
  target: string,
  document: string,
): { readonly replay: ApiState<ReplayAnswer>; readonly progress: Progress | undefined } {
  const [progress, setProgress] = useState<Progress>();
  const { client } = useConnection();
  const replay = useApi(['policy-replay', target, document], () =>
    client.access.replay(
      { for: target, document, from: new Date(Date.now() - replayDays * dayMs).toISOString() },
      { onProgress: setProgress },
    ),
  );
  return { replay, progress };
}

interface SaveDialogProps extends PolicyReviewProps {
  readonly replay: ReplayAnswer | undefined;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

function SaveDialog({ subject, after, onSaved, replay, isOpen, onClose }: SaveDialogProps): ReactElement {
  const [skipsCheck, setSkipsCheck] = useState(false);
  const save = useAction(async ({ kms }) => {
    await kms(
      'PutKeyPolicy',
      {
        KeyId: subject.arn,
        PolicyName: 'default',
        Policy: after,
        ...(skipsCheck ? { BypassPolicyLockoutSafetyCheck: true } : {}),
      },
      { region: subject.region },
    );
    await onSaved();
  });
  const denied = replay?.deniedCount ?? 0;
  const who = [...new Set(replay?.newlyDenied.map(({ principal }) => shortArn(principal)))];
  return (
    <ConfirmDialog
      title={`Save the policy of ${subject.name}`}
      isOpen={isOpen}
      onClose={() => {
        save.clear();
        setSkipsCheck(false);
        onClose();
      }}
      confirm="Save policy"
      onConfirm={() => save.run(undefined)}
      isBusy={save.isRunning}
      error={save.error}
      isDanger={denied > 0}
      {...(denied > 0 ? { typed: subject.name } : {})}
      command={kmsLine(
        'put-key-policy',
        subject.arn,
        '--policy-name',
        'default',
        '--policy',
        'file://policy.json',
        ...(skipsCheck ? ['--bypass-policy-lockout-safety-check'] : []),
      )}
    >
      <p>
        It decides from the next request on. The policy before it stays in the record, and can be put back.
      </p>
      {denied > 0 && (
        <p className="key-warning">
          <TriangleAlert size={15} aria-hidden="true" />
          <span>
            {`In the last ${replayDays} days it would have denied ${countOf(denied, 'request')} by ${who.join(', ')}.`}
          </span>
        </p>
      )}
      <p>
        The service refuses a policy that would keep you from changing it again, so that nobody is locked out
        by mistake.
      </p>
      <CheckField
        label="Skip this check: I know that I may be locked out of this key."
        isChecked={skipsCheck}
        onChange={setSkipsCheck}
      />
    </ConfirmDialog>
  );
}
