import { CalendarClock, RotateCw } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { type ApiState, useAction, useApi, type Wire } from '../../api/index.ts';
import type { GetKeyRotationStatusResponse } from '@aws-sdk/client-kms';
import {
  Button,
  ConfirmDialog,
  ErrorState,
  Facts,
  Loading,
  TextField,
  Time,
} from '../../components/index.ts';
import { dateOf, type KeySubject, type PartProps } from './subject.ts';
import { kmsLine } from './kms-line.ts';

interface RotationActionsProps extends PartProps {
  readonly onRotated: () => Promise<void>;
}

type Status = Wire<GetKeyRotationStatusResponse>;

const daysMin = 90;
const daysMax = 2560;
const daysUsual = 365;

/** Whether and when a key is rotated by itself, and what can be done about it. */
export function RotationActions({ subject, onRotated }: RotationActionsProps): ReactElement {
  const { arn, region, metadata } = subject;
  const [asked, setAsked] = useState<'rotate' | 'start' | 'stop'>();
  const canRotate = metadata.KeySpec === 'SYMMETRIC_DEFAULT' && metadata.KeyState === 'Enabled';
  const isOwn = metadata.Origin === 'AWS_KMS';
  const status = useApi(['key-rotation', arn], ({ kms }) =>
    kms('GetKeyRotationStatus', { KeyId: arn }, { region }),
  );
  const close = (): void => setAsked(undefined);
  return (
    <div className="key-rotation">
      <StatusFacts state={status} canRotate={canRotate} />
      {canRotate && (
        <div className="key-buttons">
          {isOwn && (
            <Button icon={CalendarClock} onClick={() => setAsked('start')}>
              {status.value?.KeyRotationEnabled === true ? 'Change the period' : 'Rotate by itself'}
            </Button>
          )}
          {status.value?.KeyRotationEnabled === true && (
            <Button onClick={() => setAsked('stop')}>Stop rotating by itself</Button>
          )}
          <Button look="primary" icon={RotateCw} onClick={() => setAsked('rotate')}>
            Rotate now
          </Button>
        </div>
      )}
      <RotateDialog
        subject={subject}
        isOpen={asked === 'rotate'}
        onClose={close}
        onDone={async () => {
          await Promise.all([onRotated(), status.refresh()]);
        }}
      />
      <PeriodDialog
        key={status.value?.RotationPeriodInDays}
        subject={subject}
        days={status.value?.RotationPeriodInDays}
        isOpen={asked === 'start'}
        onClose={close}
        onDone={status.refresh}
      />
      <StopDialog subject={subject} isOpen={asked === 'stop'} onClose={close} onDone={status.refresh} />
    </div>
  );
}

function StatusFacts({
  state: { error, refresh, value },
  canRotate,
}: {
  readonly state: ApiState<Status>;
  readonly canRotate: boolean;
}): ReactElement {
  if (error !== undefined) return <ErrorState error={error} onRetry={refresh} isInline />;
  if (value === undefined) return <Loading lines={1} />;
  const { KeyRotationEnabled, NextRotationDate, OnDemandRotationStartDate, RotationPeriodInDays } = value;
  return (
    <Facts
      isRow
      facts={[
        ['By itself', KeyRotationEnabled === true ? `every ${RotationPeriodInDays ?? daysUsual} days` : 'no'],
        [
          'Next',
          NextRotationDate === undefined ? undefined : <Time key="next" at={dateOf(NextRotationDate)} />,
        ],
        [
          'By hand, in progress since',
          OnDemandRotationStartDate === undefined ? undefined : (
            <Time key="hand" at={dateOf(OnDemandRotationStartDate)} />
          ),
        ],
        [
          'Can be rotated',
          canRotate
            ? undefined
            : 'only enabled keys that encrypt symmetrically; make a new key and move the alias',
        ],
      ]}
    />
  );
}

interface RotationDialogProps {
  readonly subject: KeySubject;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}

function RotateDialog({ subject, isOpen, onClose, onDone }: RotationDialogProps): ReactElement {
  const { arn, name, region } = subject;
  const rotate = useAction(async ({ kms }) => {
    await kms('RotateKeyOnDemand', { KeyId: arn }, { region });
    await onDone();
  });
  return (
    <ConfirmDialog
      title={`Rotate ${name}`}
      isOpen={isOpen}
      onClose={() => {
        rotate.clear();
        onClose();
      }}
      confirm="Rotate now"
      onConfirm={() => rotate.run(undefined)}
      isBusy={rotate.isRunning}
      error={rotate.error}
      command={kmsLine('rotate-key-on-demand', arn)}
    >
      <p>
        New material encrypts from the next request on. Id, aliases and policy stay, programs need no change,
        and what was encrypted before is still decrypted, by the old material.
      </p>
      <p>
        It does not take back what somebody may have learned: for that, encrypt again with the new version.
      </p>
    </ConfirmDialog>
  );
}

interface PeriodDialogProps extends RotationDialogProps {
  readonly days: number | undefined;
}

function PeriodDialog({ subject, days, isOpen, onClose, onDone }: PeriodDialogProps): ReactElement {
  const { arn, name, region } = subject;
  const [text, setText] = useState(String(days ?? daysUsual));
  const period = Number(text);
  const isValid = Number.isInteger(period) && period >= daysMin && period <= daysMax;
  const start = useAction(async ({ kms }) => {
    await kms('EnableKeyRotation', { KeyId: arn, RotationPeriodInDays: period }, { region });
    await onDone();
  });
  return (
    <ConfirmDialog
      title={`Rotate ${name} by itself`}
      isOpen={isOpen}
      onClose={() => {
        start.clear();
        onClose();
      }}
      confirm="Rotate by itself"
      onConfirm={() => start.run(undefined)}
      canConfirm={isValid}
      isBusy={start.isRunning}
      error={start.error}
      command={kmsLine(
        'enable-key-rotation',
        arn,
        '--rotation-period-in-days',
        isValid ? text : String(daysUsual),
      )}
    >
      <p>It gets new material after each period, counted from now. Programs notice nothing.</p>
      <TextField
        label="Period in days"
        type="number"
        value={text}
        onChange={setText}
        error={isValid ? undefined : `From ${daysMin} to ${daysMax} days.`}
      />
    </ConfirmDialog>
  );
}

function StopDialog({ subject, isOpen, onClose, onDone }: RotationDialogProps): ReactElement {
  const { arn, name, region } = subject;
  const stop = useAction(async ({ kms }) => {
    await kms('DisableKeyRotation', { KeyId: arn }, { region });
    await onDone();
  });
  return (
    <ConfirmDialog
      title={`Stop rotating ${name} by itself`}
      isOpen={isOpen}
      onClose={onClose}
      confirm="Stop rotating by itself"
      onConfirm={() => stop.run(undefined)}
      isBusy={stop.isRunning}
      error={stop.error}
      command={kmsLine('disable-key-rotation', arn)}
    >
      <p>Its present material stays in use until somebody rotates it. The list of keys will say so.</p>
    </ConfirmDialog>
  );
}
