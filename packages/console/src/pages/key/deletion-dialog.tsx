import { type ReactElement, useState } from 'react';
import { useAction } from '../../api/index.ts';
import { CheckField, ConfirmDialog, TextField } from '../../components/index.ts';
import { countOf } from '../../formats/index.ts';
import { Consequences, type GuardDays, useConsequences } from './consequences.tsx';
import type { KeySubject } from './subject.ts';
import { kmsLine } from './kms-line.ts';

interface DeletionDialogProps {
  readonly subject: KeySubject;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const daysMin = 7;
const daysMax = 30;

/** Shows who still uses a key, and schedules its deletion when that was seen and its name was typed. */
export function DeletionDialog({ subject, isOpen, onClose }: DeletionDialogProps): ReactElement {
  const [guardDays, setGuardDays] = useState<GuardDays>('90');
  const [waitDays, setWaitDays] = useState(String(daysMax));
  const [isAccepted, setAccepted] = useState(false);
  const state = useConsequences(subject, guardDays, isOpen);
  const days = Number(waitDays);
  const isValid = Number.isInteger(days) && days >= daysMin && days <= daysMax;
  const uses = state.value?.uses ?? 0;
  const needsAcceptance = uses > 0 || state.error !== undefined;
  const remove = useAction(async ({ kms }) => {
    await kms(
      'ScheduleKeyDeletion',
      { KeyId: subject.arn, PendingWindowInDays: days },
      { region: subject.region },
    );
    await subject.refresh();
  });
  const close = (): void => {
    setAccepted(false);
    remove.clear();
    onClose();
  };
  return (
    <ConfirmDialog
      title={`Delete ${subject.name}`}
      isOpen={isOpen}
      onClose={close}
      confirm="Schedule deletion"
      onConfirm={() => remove.run(undefined)}
      canConfirm={isValid && !state.isLoading && (isAccepted || !needsAcceptance)}
      isBusy={remove.isRunning}
      error={remove.error}
      isDanger
      typed={subject.name}
      command={kmsLine(
        'schedule-key-deletion',
        subject.arn,
        '--pending-window-in-days',
        isValid ? waitDays : String(daysMax),
      )}
    >
      <p>
        Every use of it is refused at once. After the waiting time its material is destroyed, and nobody can
        ever decrypt again what it encrypted. Until then the deletion can be cancelled.
      </p>
      <Consequences state={state} days={guardDays} onDays={setGuardDays} />
      <TextField
        label="Waiting time in days"
        type="number"
        value={waitDays}
        onChange={setWaitDays}
        error={isValid ? undefined : `From ${daysMin} to ${daysMax} days.`}
      />
      {needsAcceptance && (
        <CheckField
          label={
            uses > 0
              ? `It was used in the last ${guardDays} days, ${countOf(uses, 'time')}. Delete it all the same.`
              : 'Who uses it is not known. Delete it all the same.'
          }
          isChecked={isAccepted}
          onChange={setAccepted}
        />
      )}
    </ConfirmDialog>
  );
}
