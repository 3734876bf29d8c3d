import { type ReactElement, useState } from 'react';
import type { GrantOperation } from '@aws-sdk/client-kms';
import { type KmsCaller, useAction } from '../../api/index.ts';
import { CheckField, ConfirmDialog, TextField } from '../../components/index.ts';
import {
  contextOf,
  emptyGrant,
  grantLine,
  isArn,
  isComplete,
  type NewGrant,
  operationsOf,
} from './grant-form.ts';
import type { KeySubject, PartProps } from './subject.ts';

interface GrantDialogProps extends PartProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onCreated: () => Promise<void>;
}

/** Asks whom to allow what on a key, and grants it. */
export function GrantDialog({ subject, isOpen, onClose, onCreated }: GrantDialogProps): ReactElement {
  const [form, setForm] = useState<NewGrant>(emptyGrant);
  const change = (part: Partial<NewGrant>): void => setForm((before) => ({ ...before, ...part }));
  const create = useAction(async ({ kms }) => {
    await createGrant(kms, subject, form);
    setForm(emptyGrant);
    await onCreated();
  });
  return (
    <ConfirmDialog
      title={`Grant on ${subject.name}`}
      isOpen={isOpen}
      isWide
      onClose={() => {
        create.clear();
        onClose();
      }}
      confirm="Create grant"
      onConfirm={() => create.run(undefined)}
      canConfirm={isComplete(form)}
      isBusy={create.isRunning}
      error={create.error}
      command={grantLine(subject.arn, form)}
    >
      <p>
        Whoever gets it may do this from the next request on, whatever the key’s policy says, until it is
        revoked.
      </p>
      <TextField
        label="Who"
        value={form.grantee}
        onChange={(grantee) => change({ grantee })}
        placeholder={`arn:aws:iam::${subject.accountId}:user/app`}
        error={form.grantee === '' || isArn(form.grantee) ? undefined : 'The ARN of a user or role.'}
        isMono
      />
      <Operations subject={subject} form={form} onChange={(operations) => change({ operations })} />
      <TextField
        label="Only with this encryption context"
        value={form.context}
        onChange={(context) => change({ context })}
        lines={2}
        placeholder="customer=4711"
        hint="One pair on each line. The request must have all of them; without any, every context will do."
        error={contextOf(form.context) === undefined ? 'Each line is a name, =, and a value.' : undefined}
        isMono
      />
      <TextField
        label="Name"
        value={form.name}
        onChange={(name) => change({ name })}
        placeholder="nightly-job"
      />
      <TextField
        label="Who may retire it"
        value={form.retiring}
        onChange={(retiring) => change({ retiring })}
        error={form.retiring === '' || isArn(form.retiring) ? undefined : 'The ARN of a user or role.'}
        isMono
      />
    </ConfirmDialog>
  );
}

async function createGrant(kms: KmsCaller, subject: KeySubject, form: NewGrant): Promise<void> {
  const context = contextOf(form.context) ?? {};
  await kms(
    'CreateGrant',
    {
      KeyId: subject.arn,
      GranteePrincipal: form.grantee.trim(),
      Operations: [...form.operations],
      ...(form.name.trim() === '' ? {} : { Name: form.name.trim() }),
      ...(form.retiring.trim() === '' ? {} : { RetiringPrincipal: form.retiring.trim() }),
      ...(Object.keys(context).length === 0 ? {} : { Constraints: { EncryptionContextSubset: context } }),
    },
    { region: subject.region },
  );
}

interface OperationsProps extends PartProps {
  readonly form: NewGrant;
  readonly onChange: (operations: readonly GrantOperation[]) => void;
}

function Operations({ subject, form, onChange }: OperationsProps): ReactElement {
  return (
    <fieldset className="key-operations">
      <legend>May</legend>
      {operationsOf(subject.metadata.KeyUsage).map((operation) => (
        <CheckField
          key={operation}
          label={operation}
          isChecked={form.operations.includes(operation)}
          onChange={(isChecked) =>
            onChange(
              isChecked
                ? [...form.operations, operation]
                : form.operations.filter((other) => other !== operation),
            )
          }
        />
      ))}
    </fieldset>
  );
}
