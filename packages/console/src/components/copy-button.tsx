import { Check, Copy, X } from 'lucide-react';
import { type ReactElement, useEffect, useState } from 'react';
import './copy-button.css';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, such as `ARN`; unless set, the text itself says it. */
  readonly what?: string;
}

const shownMs = 1500;

/** Copies a text, and says so for a moment. */
export function CopyButton({ text, what }: CopyButtonProps): ReactElement {
  const [state, setState] = useState<'ready' | 'copied' | 'refused'>('ready');
  useEffect(() => {
    if (state === 'ready') return undefined;
    const timer = setTimeout(() => setState('ready'), shownMs);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (): void => {
    copyText(text).then(
      () => setState('copied'),
      () => setState('refused'),
    );
  };
  const Icon = state === 'copied' ? Check : state === 'refused' ? X : Copy;
  const label = `Copy ${what ?? text}`;
  return (
    <button
      type="button"
      className="copy"
      aria-label={label}
      title={state === 'refused' ? 'The browser did not let this be copied' : 'Copy'}
      data-copied={state === 'ready' ? undefined : state}
      onClick={(event) => {
        event.stopPropagation();
        copy();
      }}
    >
      <Icon size={13} aria-hidden="true" />
      <span className="visually-hidden" role="status">
        {state === 'copied' ? 'Copied' : state === 'refused' ? 'Could not be copied' : ''}
      </span>
    </button>
  );
}

/** Browsers let only pages that came by TLS, or from this machine, have the clipboard. */
async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
