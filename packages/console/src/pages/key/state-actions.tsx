import { Ban, CircleCheck, Trash2, Undo2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { type Action, useAction } from '../../api/index.ts';
import { Button, CommandButton, ConfirmDialog } from '../../components/index.ts';
import { commandLine } from '../../formats/index.ts';
import { type GuardDays, Consequences, useConsequences } from './consequences.tsx';
import { DeletionDialog } from './deletion-dialog.tsx';
import { kmsLine } from './kms-line.ts';
import type { KeySubject, PartProps } from './subject.ts';

/** What can be done with the key as a whole, as its state allows. */
export function StateActions({ subject }: PartProps): ReactElement {
  const [asked, setAsked] = useState<'disable' | 'enable' | 'delete' | 'keep'>();
  const close = (): void => setAsked(undefined);
  const { KeyState: state } = subject.metadata;
  const isGoing = state === 'PendingDeletion' || state === 'PendingReplicaDeletion';
  return (
    <>
      <CommandButton
        commands={[
          { label: 'Show the key', line: kmsLine('describe-key', subject.arn) },
          { label: 'Who used it', line: commandLine('keywitness', 'keys', 'consequences', subject.arn) },
        ]}
      />
      {state === 'Enabled' && (
        <Button icon={Ban} onClick={() => setAsked('disable')}>
          Disable key
        </Button>
      )}
      {state === 'Disabled' && (
        <Button icon={CircleCheck} onClick={() => setAsked('enable')}>
          Enable key
        </Button>
      )}
      {isGoing ? (
        <Button icon={Undo2} onClick={() => setAsked('keep')}>
          Cancel deletion
        </Button>
      ) : (
        <Button icon={Trash2} onClick={() => setAsked('delete')}>
          Delete key
        </Button>
      )}
      <DisableDialog subject={subject} isOpen={asked === 'disable'} onClose={close} />
      <EnableDialog subject={subject} isOpen={asked === 'enable'} onClose={close} />
      <KeepDialog subject={subject} isOpen={asked === 'keep'} onClose={close} />
      <DeletionDialog subject={subject} isOpen={asked === 'delete'} onClose={close} />
    </>
  );
}

interface StateDialogProps {
  readonly subject: KeySubject;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

function DisableDialog({ subject, isOpen, onClose }: StateDialogProps): ReactElement {
  const [days, setDays] = useState<GuardDays>('90');
  const state = useConsequences(subject, days, isOpen);
  const disable = useStateAction('DisableKey', subject);
  return (
    <ConfirmDialog
      title={`Disable ${subject.name}`}
      isOpen={isOpen}
      onClose={() => {
        disable.clear();
        onClose();
      }}
      confirm="Disable key"
      onConfirm={() => disable.run(undefined)}
      canConfirm={!state.isLoading}
      isBusy={disable.isRunning}
      error={disable.error}
      command={kmsLine('disable-key', subject.arn)}
    >
      <p>
        Every use of it is refused from the next request on, also decryption of what it encrypted before.
        Nothing is lost: enabling it brings all of that back.
      </p>
      <Consequences state={state} days={days} onDays={setDays} />
    </ConfirmDialog>
  );
}

function EnableDialog({ subject, isOpen, onClose }: StateDialogProps): ReactElement {
  const enable = useStateAction('EnableKey', subject);
  return (
    <ConfirmDialog
      title={`Enable ${subject.name}`}
      isOpen={isOpen}
      onClose={onClose}
      confirm="Enable key"
      onConfirm={() => enable.run(undefined)}
      isBusy={enable.isRunning}
      error={enable.error}
      command={kmsLine('enable-key', subject.arn)}
    >
      <p>Whoever its policy and grants allow can use it again, from the next request on.</p>
    </ConfirmDialog>
  );
}

function KeepDialog({ subject, isOpen, onClose }: StateDialogProps): ReactElement {
  const keep = useStateAction('CancelKeyDeletion', subject);
  return (
    <ConfirmDialog
      title={`Cancel the deletion of ${subject.name}`}
      isOpen={isOpen}
      onClose={onClose}
      confirm="Cancel deletion"
      onConfirm={() => keep.run(undefined)}
      isBusy={keep.isRunning}
      error={keep.error}
      command={kmsLine('cancel-key-deletion', subject.arn)}
    >
      <p>The key stays, and is disabled: it is used again only after somebody enables it.</p>
    </ConfirmDialog>
  );
}

function useStateAction(
  operation: 'CancelKeyDeletion' | 'DisableKey' | 'EnableKey',
  { arn, refresh, region }: KeySubject,
): Action<undefined> {
  return useAction(async ({ kms }) => {
    await kms(operation, { KeyId: arn }, { region });
    await refresh();
  });
}
