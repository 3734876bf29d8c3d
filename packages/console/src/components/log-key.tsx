import { Pin } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { PinnedKeys } from '../proof/index.ts';
import { Arn } from './arn.tsx';
import { Button } from './button.tsx';
import { ConfirmDialog } from './dialog.tsx';
import { Facts } from './facts.tsx';
import { TextField } from './fields.tsx';
import './log-key.css';
import { Time } from './time.tsx';

interface LogKeyProps {
  readonly pin: PinnedKeys | undefined;
  /** SHA-256 of what is pinned. */
  readonly fingerprint: string | undefined;
  /** Pins a text in place of it, and checks again. Throws for what cannot be read. */
  readonly onPin: (text: string) => void;
}

/** By which key this browser knows the log, and the way to give it another one. */
export function LogKey({ pin, fingerprint, onPin }: LogKeyProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [error, setError] = useState<unknown>();
  const close = (): void => {
    setOpen(false);
    setError(undefined);
  };
  const confirm = async (): Promise<boolean> => {
    try {
      onPin(text);
      setText('');
      return true;
    } catch (problem) {
      setError(problem);
      return false;
    }
  };
  return (
    <div className="log-key">
      {pin !== undefined && (
        <Facts
          facts={[
            [
              'Fingerprint',
              fingerprint === undefined ? undefined : <Arn key="id" arn={fingerprint} isLink={false} />,
            ],
            ['Pinned', <Time key="time" at={pin.pinnedAt} />],
            ['How', pin.source === 'given' ? 'by hand' : 'on first use'],
          ]}
        />
      )}
      <p className="log-key-note">
        “sha256sum log.vkey” on the log’s machine prints the same fingerprint. This page’s own code came from
        the service: whoever must not trust it checks with the command line, on a machine of their own.
      </p>
      <Button icon={Pin} onClick={() => setOpen(true)}>
        {pin === undefined ? 'Pin a key' : 'Pin another key'}
      </Button>
      <ConfirmDialog
        title="Pin the log’s key"
        isOpen={isOpen}
        onClose={close}
        confirm="Pin this key"
        onConfirm={confirm}
        error={error}
      >
        <p>
          Paste log.vkey as the log’s administrator gave it to you, or a trust policy (C2SP tlog-policy) that
          names witnesses as well. This browser believes nothing else from then on.
        </p>
        <TextField label="Keys or policy" value={text} onChange={setText} lines={6} isMono isRequired />
      </ConfirmDialog>
    </div>
  );
}
