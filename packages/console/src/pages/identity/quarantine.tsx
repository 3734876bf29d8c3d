import { ShieldOff } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { QuarantineSummary } from '@keywitness/api';
import { Link } from 'wouter';
import { type ApiState, useAction } from '../../api/index.ts';
import {
  Answer,
  Button,
  ConfirmDialog,
  Facts,
  Section,
  SelectField,
  TextField,
  Time,
} from '../../components/index.ts';
import { shortArn } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import type { Whose } from './whose.ts';

const durations = [
  { value: '3600', label: 'An hour' },
  { value: '86400', label: 'A day' },
  { value: '604800', label: 'A week' },
  { value: '2592000', label: '30 days' },
] as const;

interface QuarantineProps {
  readonly whose: Whose;
  readonly state: ApiState<readonly QuarantineSummary[]>;
  /** Asks for everything again that may have changed. */
  readonly onChanged: () => Promise<void>;
}

/** Whether everything is denied to somebody for a while, whatever policies allow. */
export function Quarantine({ whose, state, onChanged }: QuarantineProps): ReactElement {
  const [isPutting, setPutting] = useState(false);
  const [isReleasing, setReleasing] = useState(false);
  const release = useAction(async ({ client }) => {
    await client.quarantines.release(whose.arn);
    await onChanged();
  });
  const isHeld = (state.value ?? []).length > 0;
  return (
    <Section
      title="Quarantine"
      actions={
        isHeld ? (
          <Button onClick={() => setReleasing(true)}>Release</Button>
        ) : (
          <Button icon={ShieldOff} onClick={() => setPutting(true)}>
            Quarantine
          </Button>
        )
      }
    >
      <Answer state={state} isPart>
        {(quarantines) =>
          quarantines.length === 0 ? (
            <p className="identity-note">
              None. A quarantine denies everything for a while, whatever policies allow, and ends sessions.
            </p>
          ) : (
            <>
              {quarantines.map((quarantine) => (
                <Why key={quarantine.id} quarantine={quarantine} />
              ))}
            </>
          )
        }
      </Answer>
      <PutDialog whose={whose} isOpen={isPutting} onClose={() => setPutting(false)} onChanged={onChanged} />
      <ConfirmDialog
        title="Release from quarantine"
        isOpen={isReleasing}
        onClose={() => setReleasing(false)}
        confirm="Release"
        onConfirm={() => release.run(undefined)}
        isBusy={release.isRunning}
        error={release.error}
      >
        <p>
          {whose.name} may do again what policies allow, whoever put the quarantine. Sessions that ended stay
          ended.
        </p>
      </ConfirmDialog>
    </Section>
  );
}

function Why({ quarantine }: { readonly quarantine: QuarantineSummary }): ReactElement {
  const { by, expiresAt, incidentId, reason, since, unlessApproved } = quarantine;
  return (
    <Facts
      facts={[
        ['Why', reason === '' ? 'No reason was given' : reason],
        ['By', shortArn(by)],
        ['Since', <Time key="since" at={since} />],
        ['Until', <Time key="until" at={expiresAt} />],
        [
          'Incident',
          incidentId === undefined ? undefined : (
            <Link key="incident" href={places.incident(incidentId)}>
              {incidentId}
            </Link>
          ),
        ],
        ['Exception', unlessApproved ? 'What somebody else approved is let through' : undefined],
      ]}
    />
  );
}

interface PutDialogProps {
  readonly whose: Whose;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onChanged: () => Promise<void>;
}

function PutDialog({ whose, isOpen, onClose, onChanged }: PutDialogProps): ReactElement {
  const [reason, setReason] = useState('');
  const [seconds, setSeconds] = useState<(typeof durations)[number]['value']>('86400');
  const put = useAction(async ({ client }) => {
    await client.quarantines.put({
      principalArn: whose.arn,
      durationSeconds: Number(seconds),
      ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
    });
    await onChanged();
  });
  return (
    <ConfirmDialog
      title={`Quarantine ${whose.name}`}
      isOpen={isOpen}
      onClose={onClose}
      confirm="Quarantine"
      onConfirm={() => put.run(undefined)}
      isBusy={put.isRunning}
      error={put.error}
    >
      <p>
        Every request of {whose.name} is denied once this is answered, whatever policies allow, and its
        sessions end. It is free again when the time is over.
      </p>
      <SelectField label="For" value={seconds} options={durations} onChange={setSeconds} />
      <TextField
        label="Why"
        value={reason}
        onChange={setReason}
        placeholder="The key was in a public image. It stays on the record."
      />
    </ConfirmDialog>
  );
}
