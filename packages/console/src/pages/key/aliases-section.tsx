import { Plus, Tag, Trash2 } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { type ApiState, useAction, useApi } from '../../api/index.ts';
import {
  Answer,
  Button,
  ConfirmDialog,
  CopyButton,
  EmptyState,
  IconButton,
  Section,
  TextField,
  Time,
} from '../../components/index.ts';
import { commandLine } from '../../formats/index.ts';
import { dateOf, type PartProps } from './subject.ts';

interface Alias {
  readonly name: string;
  readonly updatedAt: number | undefined;
}

/** What programs call the key by. */
export function AliasesSection({ subject }: PartProps): ReactElement {
  const { arn, region } = subject;
  const [isAdding, setAdding] = useState(false);
  const state = useApi<readonly Alias[]>(['key-aliases', arn], async ({ kms }) => {
    const { Aliases = [] } = await kms('ListAliases', { KeyId: arn }, { region });
    return Aliases.map(({ AliasName = '', LastUpdatedDate }) => ({
      name: AliasName,
      updatedAt: LastUpdatedDate,
    }));
  });
  return (
    <Section
      title="Aliases"
      about="Names that programs use. One can be moved to another key."
      actions={
        <Button icon={Plus} onClick={() => setAdding(true)}>
          Add alias
        </Button>
      }
    >
      <Answer state={state} lines={2}>
        {(aliases) =>
          aliases.length === 0 ? (
            <EmptyState icon={Tag} title="It has no name">
              Programs can name an alias instead of the key’s id, so that another key can take its place
              without a change in them.
            </EmptyState>
          ) : (
            <ul className="key-items">
              {aliases.map((alias) => (
                <AliasRow key={alias.name} subject={subject} alias={alias} state={state} />
              ))}
            </ul>
          )
        }
      </Answer>
      <AddAlias subject={subject} isOpen={isAdding} onClose={() => setAdding(false)} state={state} />
    </Section>
  );
}

interface AliasRowProps extends PartProps {
  readonly alias: Alias;
  readonly state: ApiState<readonly Alias[]>;
}

function AliasRow({ subject, alias: { name, updatedAt }, state }: AliasRowProps): ReactElement {
  const [isAsked, setAsked] = useState(false);
  const remove = useAction(async ({ kms }) => {
    await kms('DeleteAlias', { AliasName: name }, { region: subject.region });
    await Promise.all([state.refresh(), subject.refresh()]);
  });
  return (
    <li className="key-item">
      <span className="mono key-long">
        {name} <CopyButton text={name} what="the alias" />
      </span>
      <span className="key-item-note">
        {updatedAt !== undefined && (
          <>
            since <Time at={dateOf(updatedAt)} show="day" />
          </>
        )}
      </span>
      <IconButton icon={Trash2} label={`Remove ${name}`} onClick={() => setAsked(true)} />
      <ConfirmDialog
        title={`Remove ${name}`}
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        confirm="Remove alias"
        onConfirm={() => remove.run(undefined)}
        isBusy={remove.isRunning}
        error={remove.error}
        command={commandLine('aws', 'kms', 'delete-alias', '--alias-name', name)}
      >
        <p>
          Programs that name it are refused from the next request on. The key stays, and what it encrypted can
          still be decrypted.
        </p>
      </ConfirmDialog>
    </li>
  );
}

interface AddAliasProps extends PartProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly state: ApiState<readonly Alias[]>;
}

function AddAlias({ subject, isOpen, onClose, state }: AddAliasProps): ReactElement {
  const [text, setText] = useState('');
  const name = `alias/${text.trim().replace(/^alias\//, '')}`;
  const isValid = /^alias\/(?!aws\/)[\w/-]{1,250}$/.test(name);
  const add = useAction(async ({ kms }) => {
    await kms('CreateAlias', { AliasName: name, TargetKeyId: subject.arn }, { region: subject.region });
    setText('');
    await Promise.all([state.refresh(), subject.refresh()]);
  });
  return (
    <ConfirmDialog
      title={`Add an alias to ${subject.name}`}
      isOpen={isOpen}
      onClose={() => {
        add.clear();
        onClose();
      }}
      confirm="Add alias"
      onConfirm={() => add.run(undefined)}
      canConfirm={isValid}
      isBusy={add.isRunning}
      error={add.error}
      command={commandLine(
        'aws',
        'kms',
        'create-alias',
        '--alias-name',
        name,
        '--target-key-id',
        subject.keyId,
      )}
    >
      <p>
        Programs can name it from the next request on. Policies that speak of aliases may allow more by it.
      </p>
      <TextField
        label="Alias"
        value={text}
        onChange={setText}
        placeholder="shop/orders"
        error={text === '' || isValid ? undefined : 'Letters, digits, and the signs / _ and -; not aws/.'}
        isMono
      />
    </ConfirmDialog>
  );
}
