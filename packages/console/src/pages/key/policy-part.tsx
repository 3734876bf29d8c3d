import { FlaskConical, RotateCcw } from 'lucide-react';
import { type ReactElement, useMemo, useState } from 'react';
import type { LintAnswer } from '@keywitness/api';
import { type ApiState, useApi } from '../../api/index.ts';
import { Answer, Button, Columns, CommandButton, Section, useSettled } from '../../components/index.ts';
import { commandLine } from '../../formats/index.ts';
import { LintNotes, unusedCode } from './lint-notes.tsx';
import { PolicyEditor } from './policy-editor.tsx';
import { PolicyReview } from './policy-review.tsx';
import { isSamePolicy, jsonFault, prettyPolicy } from './policy-text.ts';
import type { PartProps } from './subject.ts';
import { kmsLine } from './kms-line.ts';

/** So long nobody types before the service is asked what it thinks: every question is on the record. */
const restMs = 900;

/** The key's policy: what it is, what can be said against it, and how it is replaced. */
export function PolicyPart({ subject }: PartProps): ReactElement {
  const state = useApi(['key-policy', subject.arn], async ({ kms }) => {
    const answer = await kms(
      'GetKeyPolicy',
      { KeyId: subject.arn, PolicyName: 'default' },
      { region: subject.region },
    );
    return prettyPolicy(answer.Policy ?? '');
  });
  return (
    <Answer state={state} lines={14}>
      {(policy) => <Policy subject={subject} policy={policy} onSaved={state.refresh} />}
    </Answer>
  );
}

interface PolicyProps extends PartProps {
  /** The policy in force. */
  readonly policy: string;
  readonly onSaved: () => Promise<void>;
}

function Policy({ subject, policy, onSaved }: PolicyProps): ReactElement {
  const [draft, setDraft] = useState<string>();
  const [reviewed, setReviewed] = useState<string>();
  const text = draft ?? policy;
  const fault = jsonFault(text);
  const hasChanged = !isSamePolicy(text, policy);
  const lint = useLint(subject.arn, text);
  const notes = useMemo(() => notesOf(lint.value), [lint.value]);
  return (
    <>
      <Columns shape="side">
        <Section
          title="Policy"
          isBare
          about={hasChanged ? 'Changed, and not saved.' : 'In force. Change it here; nothing is saved yet.'}
          actions={
            <>
              <CommandButton commands={commandsOf(subject.arn)} />
              {hasChanged && (
                <Button
                  icon={RotateCcw}
                  onClick={() => {
                    setDraft(undefined);
                    setReviewed(undefined);
                  }}
                >
                  Discard
                </Button>
              )}
              <Button
                icon={FlaskConical}
                look={hasChanged && reviewed !== text ? 'primary' : 'plain'}
                disabled={!hasChanged || fault !== undefined || reviewed === text}
                onClick={() => setReviewed(text)}
              >
                Review change
              </Button>
            </>
          }
        >
          <PolicyEditor value={text} onChange={setDraft} notes={notes} />
          {fault !== undefined && (
            <p role="status" className="key-note">{`This is not JSON yet: ${fault}`}</p>
          )}
        </Section>
        <LintNotes
          state={lint}
          isOfDraft={hasChanged}
          onTake={(suggestion) => setDraft(prettyPolicy(suggestion))}
        />
      </Columns>
      {reviewed !== undefined && (
        <PolicyReview
          key={reviewed}
          subject={subject}
          before={policy}
          after={reviewed}
          isStale={reviewed !== text}
          onSaved={async () => {
            await onSaved();
            setDraft(undefined);
            setReviewed(undefined);
          }}
        />
      )}
    </>
  );
}

/** What is about the text; who may do what and does not is told beside it. */
function notesOf(answer: LintAnswer | undefined): LintAnswer['warnings'] {
  return (answer?.warnings ?? []).filter(({ code }) => code !== unusedCode);
}

function useLint(arn: string, text: string): ApiState<LintAnswer> {
  const settled = useSettled(text, restMs);
  const isAsked = jsonFault(settled) === undefined;
  return useApi(
    isAsked ? ['policy-lint', arn, settled] : null,
    ({ client }) => client.access.lint({ for: `key:${arn}`, document: settled }),
    { keepsLast: true },
  );
}

function commandsOf(arn: string): readonly { readonly label: string; readonly line: string }[] {
  const target = `key:${arn}`;
  return [
    { label: 'What can be said against it', line: commandLine('keywitness', 'access', 'lint', target) },
    {
      label: 'Who gains and who loses',
      line: commandLine('keywitness', 'access', 'diff', 'current', 'policy.json', '--for', target),
    },
    {
      label: 'What would have been denied',
      line: `${commandLine('keywitness', 'access', 'replay', '--policy', 'policy.json', '--for', target)} --since 90d`,
    },
    {
      label: 'Save it',
      line: kmsLine('put-key-policy', arn, '--policy-name', 'default', '--policy', 'file://policy.json'),
    },
  ];
}
