import { Ban, Check, Undo2, Wrench } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { IncidentDetail, IncidentRemediation } from '@keywitness/api';
import { useAction } from '../../api/index.ts';
import {
  Arn,
  Badge,
  Button,
  ConfirmDialog,
  EmptyState,
  Section,
  type Tone,
  Time,
} from '../../components/index.ts';
import { choicesFor, type StepChoice } from './step-choices.ts';

interface RemediationsProps {
  readonly incident: IncidentDetail;
  readonly onChanged: () => Promise<void>;
}

const icons = { approve: Check, refuse: Ban, run: Wrench, undo: Undo2 } as const;
const tones: ReadonlyMap<string, Tone> = new Map([
  ['proposed', 'attention'],
  ['approved', 'accent'],
  ['done', 'good'],
  ['failed', 'attention'],
]);

/** What was proposed and done about an incident, and what can be done with that. */
export function Remediations({ incident, onChanged }: RemediationsProps): ReactElement {
  const { remediations } = incident;
  return (
    <Section title="Remediation" about="Steps of playbooks. Nothing is done that cannot be undone from here.">
      {remediations.length === 0 ? (
        <EmptyState icon={Wrench} title="Nothing was proposed">
          A playbook for the rule <code>{incident.rule}</code> would propose steps here, such as disabling the
          access key that was used.
        </EmptyState>
      ) : (
        <ul className="incident-steps">
          {remediations.map((step) => (
            <Step key={step.remediationId} step={step} onChanged={onChanged} />
          ))}
        </ul>
      )}
    </Section>
  );
}

interface StepProps {
  readonly step: IncidentRemediation;
  readonly onChanged: () => Promise<void>;
}

function Step({ step, onChanged }: StepProps): ReactElement {
  const { action, approvedBy, expiresAt, playbook, reason, remediationId, status, target, updatedAt } = step;
  const [chosen, setChosen] = useState<StepChoice>();
  const act = useAction(async ({ client }, choice: StepChoice) => {
    await client.remediations[choice.verb](remediationId);
    await onChanged();
  });
  return (
    <li className="incident-step">
      <div className="incident-step-head">
        <strong>{action}</strong>
        <Badge tone={tones.get(status) ?? 'neutral'}>{status}</Badge>
      </div>
      <div>
        <Arn arn={target} isWhole />
      </div>
      <div className="incident-step-notes">
        {`${playbook}, `}
        <Time at={updatedAt} />
        {expiresAt !== undefined && (
          <>
            , undone by itself <Time at={expiresAt} show="relative" />
          </>
        )}
        {approvedBy.length > 0 && `, approved by ${approvedBy.join(', ')}`}
        {reason !== undefined && <p>{reason}</p>}
      </div>
      <div className="incident-step-acts">
        {choicesFor(status).map((choice) => (
          <Button
            key={choice.verb}
            icon={icons[choice.verb]}
            look={choice.verb === 'approve' ? 'primary' : 'plain'}
            onClick={() => setChosen(choice)}
          >
            {choice.word}
          </Button>
        ))}
      </div>
      <ConfirmDialog
        title={`${chosen?.word ?? ''} ${action}`}
        isOpen={chosen !== undefined}
        onClose={() => {
          act.clear();
          setChosen(undefined);
        }}
        confirm={chosen?.word ?? ''}
        onConfirm={async () => chosen !== undefined && act.run(chosen)}
        isBusy={act.isRunning}
        error={act.error}
        isDanger={chosen?.verb === 'approve' || chosen?.verb === 'run'}
      >
        <p>{chosen?.follows}</p>
        <p className="mono">{target}</p>
      </ConfirmDialog>
    </li>
  );
}
