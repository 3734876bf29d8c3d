import { type ReactElement, type SubmitEvent, useState } from 'react';
import { useLocation } from 'wouter';
import { type KmsCaller, useAction } from '../../api/index.ts';
import {
  Arn,
  Button,
  CheckField,
  CommandButton,
  Dialog,
  ErrorState,
  SelectField,
  TextField,
} from '../../components/index.ts';
import { usageText } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import {
  aliasFault,
  aliasOf,
  createLines,
  emptyKey,
  type NewKey,
  specs,
  tagsOf,
  usagesOf,
} from './new-key.ts';

interface CreateKeyDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Makes a key and its alias, and goes to it. */
export function CreateKeyDialog({ isOpen, onClose }: CreateKeyDialogProps): ReactElement {
  const [form, setForm] = useState<NewKey>(emptyKey);
  const [madeId, setMadeId] = useState<string>();
  const [, navigate] = useLocation();
  const create = useAction(async ({ kms }, key: NewKey) => {
    const keyId = madeId ?? (await createKey(kms, key));
    // Whoever tries again after the alias was refused gets no second key.
    setMadeId(keyId);
    const alias = aliasOf(key.alias);
    if (alias !== undefined) await kms('CreateAlias', { AliasName: alias, TargetKeyId: keyId });
    setForm(emptyKey);
    setMadeId(undefined);
    navigate(places.key(keyId));
  });
  const isReady = aliasFault(form.alias) === undefined && tagsOf(form.tags) !== undefined;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isReady) create.run(form).catch(() => undefined);
  };
  return (
    <Dialog title="Create a key" isOpen={isOpen} onClose={onClose}>
      <form className="keys-create" onSubmit={submit}>
        <KeyFields form={form} onChange={(change) => setForm((before) => ({ ...before, ...change }))} />
        <p>
          It gets the usual policy: identities of this account may use it as their own policies allow. Its
          material is made here and never leaves. Spec, use and Regions cannot be changed later.
        </p>
        {madeId !== undefined && create.error !== undefined && (
          <p role="status">
            The key is made: <Arn arn={madeId} label={madeId} />. Only its alias is not; change it and try
            again.
          </p>
        )}
        {create.error !== undefined && <ErrorState error={create.error} isInline />}
        <div className="confirm-actions">
          <div className="confirm-command">
            <CommandButton commands={createLines(form)} />
          </div>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={!isReady} isBusy={create.isRunning}>
            Create key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

async function createKey(kms: KmsCaller, key: NewKey): Promise<string> {
  const { KeyMetadata } = await kms('CreateKey', {
    Description: key.description.trim(),
    KeySpec: key.spec,
    KeyUsage: key.usage,
    Tags: [...(tagsOf(key.tags) ?? [])],
    MultiRegion: key.isMultiRegion,
  });
  return KeyMetadata?.KeyId ?? '';
}

interface KeyFieldsProps {
  readonly form: NewKey;
  readonly onChange: (change: Partial<NewKey>) => void;
}

function KeyFields({ form, onChange }: KeyFieldsProps): ReactElement {
  const usages = usagesOf(form.spec);
  return (
    <>
      <TextField
        label="Alias"
        value={form.alias}
        onChange={(alias) => onChange({ alias })}
        placeholder="shop/orders"
        hint="What programs call it by. It can be moved to another key later."
        error={aliasFault(form.alias)}
        isMono
      />
      <TextField
        label="Description"
        value={form.description}
        onChange={(description) => onChange({ description })}
        placeholder="What it protects"
      />
      <div className="keys-create-pair">
        <SelectField
          label="Spec"
          value={form.spec}
          options={specs}
          onChange={(spec) => onChange({ spec, usage: usagesOf(spec)[0] ?? 'ENCRYPT_DECRYPT' })}
        />
        <SelectField
          label="Use"
          value={form.usage}
          options={usages.map((value) => ({ value, label: usageText(value) }))}
          onChange={(usage) => onChange({ usage })}
          isDisabled={usages.length < 2}
        />
      </div>
      <TextField
        label="Tags"
        value={form.tags}
        onChange={(tags) => onChange({ tags })}
        lines={2}
        placeholder="team=payments"
        hint="One on each line. Policies can speak of them."
        error={tagsOf(form.tags) === undefined ? 'Each line is a name, =, and a value.' : undefined}
        isMono
      />
      <CheckField
        label="Multi-Region: it can be replicated to other Regions, with the same material and id"
        isChecked={form.isMultiRegion}
        onChange={(isMultiRegion) => onChange({ isMultiRegion })}
      />
    </>
  );
}
