import { Check, ChevronRight, CircleDashed, Info, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ProofState, ProofStep } from '../proof/index.ts';
import { CopyButton } from './copy-button.tsx';
import './proof-steps.css';

const marks: Readonly<Record<ProofStep['state'], { readonly icon: LucideIcon; readonly word: string }>> = {
  passed: { icon: Check, word: 'holds' },
  noted: { icon: Info, word: 'holds, note' },
  failed: { icon: TriangleAlert, word: 'does not hold' },
  skipped: { icon: CircleDashed, word: 'not checked' },
};

/** What was checked, step by step, each with its values. What does not hold is open to be read. */
export function ProofSteps({ steps }: { readonly steps: readonly ProofStep[] }): ReactElement {
  return (
    <ol className="proof-steps" aria-label="What was checked">
      {steps.map((step) => (
        <Step key={`${step.id} ${step.title}`} step={step} />
      ))}
    </ol>
  );
}

function Step({ step: { title, state, words, values } }: { readonly step: ProofStep }): ReactElement {
  const { icon: Icon, word } = marks[state];
  return (
    <li className={`proof-step proof-${state}`}>
      <Icon className="proof-icon" size={15} strokeWidth={2.3} aria-hidden="true" />
      <div className="proof-body">
        <p className="proof-title">
          {title} <span className="proof-word">{word}</span>
        </p>
        <p className="proof-words">{words}</p>
        {values.length > 0 && (
          <details className="proof-details">
            <summary>
              <ChevronRight size={13} aria-hidden="true" /> Values
            </summary>
            <dl className="proof-values">
              {values.map(([name, value]) => (
                <div key={`${name} ${value}`}>
                  <dt>{name}</dt>
                  <dd>
                    <code>{value}</code>
                    <CopyButton text={value} what={name} />
                  </dd>
                </div>
              ))}
            </dl>
          </details>
        )}
      </div>
    </li>
  );
}

interface ProofVerdictProps {
  readonly state: ProofState | 'checking';
  /** What it means that it holds, fails or is open; one sentence. */
  readonly words: string;
}

const verdicts: Readonly<
  Record<ProofVerdictProps['state'], { readonly icon: LucideIcon; readonly title: string }>
> = {
  holds: { icon: Check, title: 'Verified in this browser' },
  fails: { icon: TriangleAlert, title: 'Verification failed' },
  open: { icon: CircleDashed, title: 'Not verified' },
  checking: { icon: CircleDashed, title: 'Verifying' },
};

/** What all steps say together. */
export function ProofVerdict({ state, words }: ProofVerdictProps): ReactElement {
  const { icon: Icon, title } = verdicts[state];
  return (
    <div className={`proof-verdict proof-verdict-${state}`} role={state === 'fails' ? 'alert' : 'status'}>
      <Icon size={18} strokeWidth={2.3} aria-hidden="true" />
      <div>
        <p className="proof-verdict-title">{title}</p>
        <p>{words}</p>
      </div>
    </div>
  );
}
