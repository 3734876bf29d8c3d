import { CircleCheck, Lightbulb, TriangleAlert } from 'lucide-react';
import type { LintAnswer } from '@keywitness/api';
import type { ReactElement } from 'react';
import type { ApiState } from '../../api/index.ts';
import { Arn, Button, ErrorState, Loading, Section } from '../../components/index.ts';
import { countOf } from '../../formats/index.ts';

interface LintNotesProps {
  readonly state: ApiState<LintAnswer>;
  readonly isOfDraft: boolean;
  readonly onTake: (suggestion: string) => void;
}

/** The code of warnings that `unused` tells with more form: who may do what and does not. */
export const unusedCode = 'unused-access';
const unusedMax = 8;

/** What can be said against the policy in the editor. */
export function LintNotes({ state, isOfDraft, onTake }: LintNotesProps): ReactElement {
  const { value, error } = state;
  return (
    <Section
      title="Findings"
      about={isOfDraft ? 'Of the policy as it is in the editor.' : 'Of the policy in force.'}
    >
      <div aria-live="polite" className="key-column">
        {error !== undefined && <ErrorState error={error} isInline />}
        {value === undefined && error === undefined && <Loading lines={3} />}
        {value !== undefined && error === undefined && <Findings answer={value} onTake={onTake} />}
      </div>
    </Section>
  );
}

function Findings({
  answer: { suggestion, unused, warnings },
  onTake,
}: {
  readonly answer: LintAnswer;
  readonly onTake: (suggestion: string) => void;
}): ReactElement {
  const shown = warnings.filter(({ code }) => code !== unusedCode);
  return (
    <>
      {shown.length === 0 ? (
        <p className="key-clear">
          <CircleCheck size={15} aria-hidden="true" />
          <span>
            Nothing stands out: no statement is wider than it seems, has no effect, or names somebody who is
            not there.
          </span>
        </p>
      ) : (
        <ul className="key-findings">
          {shown.map(({ code, message, statement }) => (
            <li key={`${code} ${statement ?? ''} ${message}`}>
              <TriangleAlert size={14} aria-hidden="true" />
              <div>
                <p>
                  <Ticked text={message} />
                </p>
                <p className="key-note">
                  <code>{code}</code>
                  {statement !== undefined && ` in ${statement}`}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
      {unused.length > 0 && (
        <div className="key-unused">
          <h3>Allowed, and not used in 90 days</h3>
          <ul>
            {unused.slice(0, unusedMax).map(({ actions, principal }) => (
              <li key={principal} title={actions.join('\n')}>
                <Arn arn={principal} />
                <span className="key-note">{countOf(actions.length, 'action')}</span>
              </li>
            ))}
          </ul>
          {unused.length > unusedMax && (
            <p className="key-note">{`And ${countOf(unused.length - unusedMax, 'more principal')}.`}</p>
          )}
          {suggestion !== undefined && (
            <Button icon={Lightbulb} onClick={() => onTake(suggestion)}>
              Try a policy of what was used
            </Button>
          )}
        </div>
      )}
    </>
  );
}

/** A message of the service, whose code stands between backticks. */
function Ticked({ text }: { readonly text: string }): ReactElement {
  return (
    <>
      {text.split('`').map((part, at) =>
        // oxlint-disable-next-line react/no-array-index-key -- parts are where they are, and nothing else
        at % 2 === 0 ? part : <code key={at}>{part}</code>,
      )}
    </>
  );
}
