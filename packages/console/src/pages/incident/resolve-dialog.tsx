import { type ReactElement, useState } from 'react';
import type { Disposition } from '@keywitness/api';
import { useAction } from '../../api/index.ts';
import { ConfirmDialog, SelectField, TextField } from '../../components/index.ts';

const dispositions: readonly { readonly value: Disposition; readonly label: string }[] = [
  { value: 'true-positive', label: 'True: it was what the rule looks for' },
  { value: 'benign', label: 'Benign: it was that, and it was permitted' },
  { value: 'false-positive', label: 'False: the rule was wrong' },
  { value: 'test', label: 'A test' },
];

interface ResolveDialogProps {
  readonly incidentId: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onResolved: () => Promise<void>;
}

/** Asks what an incident turned out to be, and resolves it. */
export function ResolveDialog({ incidentId, isOpen, onClose, onResolved }: ResolveDialogProps): ReactElement {
  const [disposition, setDisposition] = useState<Disposition>('true-positive');
  const [note, setNote] = useState('');
  const resolve = useAction(async ({ client }) => {
    await client.incidents.resolve(incidentId, {
      disposition,
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    });
    await onResolved();
  });
  return (
    <ConfirmDialog
      title="Resolve the incident"
      isOpen={isOpen}
      onClose={onClose}
      confirm="Resolve"
      onConfirm={() => resolve.run(undefined)}
      isBusy={resolve.isRunning}
      error={resolve.error}
    >
      <SelectField
        label="It turned out to be"
        value={disposition}
        options={dispositions}
        onChange={setDisposition}
      />
      <TextField label="Why" value={note} onChange={setNote} lines={3} hint="It stays on the record." />
    </ConfirmDialog>
  );
}
