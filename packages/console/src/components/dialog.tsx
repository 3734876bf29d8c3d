import * as Ariakit from '@ariakit/react';
import { X } from 'lucide-react';
import { type SubmitEvent, type ReactElement, type ReactNode, useState } from 'react';
import { Button, IconButton } from './button.tsx';
import { CommandButton } from './command-button.tsx';
import './dialog.css';
import { TextField } from './fields.tsx';
import { ErrorState } from './states.tsx';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Buttons at its foot. */
  readonly actions?: ReactNode;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

/** Asks for something before anything else goes on. Escape closes it; the focus stays in it, and goes back after it. */
export function Dialog({
  title,
  isOpen,
  onClose,
  actions,
  isWide = false,
  children,
}: DialogProps): ReactElement {
  return (
    <Ariakit.Dialog
      open={isOpen}
      onClose={onClose}
      unmountOnHide
      className={isWide ? 'dialog dialog-wide' : 'dialog'}
      backdrop={<div className="dialog-backdrop" />}
    >
      <DialogHead title={title} onClose={onClose} />
      <div className="dialog-body">{children}</div>
      {actions !== undefined && <div className="dialog-actions">{actions}</div>}
    </Ariakit.Dialog>
  );
}

interface DrawerProps extends Omit<DialogProps, 'isWide'> {
  /** Where it comes in: at the end of lines unless set. */
  readonly side?: 'start' | 'end';
}

/** Details beside a list, which stays as it is. Escape closes it. */
export function Drawer(props: DrawerProps): ReactElement {
  const { title, isOpen, onClose, actions, side = 'end', children } = props;
  return (
    <Ariakit.Dialog
      open={isOpen}
      onClose={onClose}
      unmountOnHide
      className={`drawer drawer-${side}`}
      backdrop={<div className="dialog-backdrop" />}
    >
      <DialogHead title={title} onClose={onClose} />
      <div className="dialog-body">{children}</div>
      {actions !== undefined && <div className="dialog-actions">{actions}</div>}
    </Ariakit.Dialog>
  );
}

function DialogHead({
  title,
  onClose,
}: {
  readonly title: string;
  readonly onClose: () => void;
}): ReactElement {
  return (
    <div className="dialog-head">
      <Ariakit.DialogHeading className="dialog-title">{title}</Ariakit.DialogHeading>
      <IconButton icon={X} label="Close" onClick={onClose} />
    </div>
  );
}

interface ConfirmDialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** What the button says, such as `Disable key`. */
  readonly confirm: string;
  /** Answers whether it succeeded; then the dialog closes. */
  readonly onConfirm: () => Promise<boolean>;
  readonly isBusy?: boolean;
  readonly error?: unknown;
  /** It cannot be undone. */
  readonly isDanger?: boolean;
  /** Must be typed first, such as the key's alias. */
  readonly typed?: string;
  /** False while something in it is not yet filled in or not yet known. */
  readonly canConfirm?: boolean;
  /** The same by command line. */
  readonly command?: string;
  readonly isWide?: boolean;
  /** What follows from it. */
  readonly children: ReactNode;
}

/** Says what follows from a change, and makes it when that is confirmed. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactElement {
  const {
    title,
    isOpen,
    onClose,
    confirm,
    onConfirm,
    isBusy = false,
    error,
    isDanger = false,
    typed,
    canConfirm = true,
    command,
    isWide = false,
  } = props;
  const [text, setText] = useState('');
  const isReady = canConfirm && (typed === undefined || text.trim() === typed);
  const close = (): void => {
    setText('');
    onClose();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!isReady || isBusy) return;
    onConfirm().then(
      (succeeded) => {
        if (succeeded) close();
      },
      () => undefined,
    );
  };
  return (
    <Dialog title={title} isOpen={isOpen} onClose={close} isWide={isWide}>
      <form className="confirm" onSubmit={submit}>
        <div className="confirm-text">{props.children}</div>
        {typed !== undefined && (
          <TextField label={`Type ${typed} to confirm`} value={text} onChange={setText} isMono />
        )}
        {error !== undefined && <ErrorState error={error} isInline />}
        <div className="confirm-actions">
          {command !== undefined && (
            <div className="confirm-command">
              <CommandButton commands={[{ label: confirm, line: command }]} />
            </div>
          )}
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look={isDanger ? 'danger' : 'primary'} disabled={!isReady} isBusy={isBusy}>
            {confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
