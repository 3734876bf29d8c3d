import { useEffect, useRef } from 'react';

/** A key, and whether Ctrl (or Cmd, on a Mac) is held with it. */
export interface Shortcut {
  /** As `KeyboardEvent.key` says it, such as `/` or `k`. */
  readonly key: string;
  readonly withCommand?: boolean;
}

/** Does something when a key is pressed; one without Ctrl or Cmd only while nobody types into a field or a dialog is open. */
export function useShortcut({ key, withCommand = false }: Shortcut, perform: () => void): void {
  const listener = useRef(perform);
  useEffect(() => {
    listener.current = perform;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || event.key.toLowerCase() !== key) return;
      if ((event.ctrlKey || event.metaKey) !== withCommand) return;
      if (!withCommand && isBusy(event.target)) return;
      event.preventDefault();
      listener.current();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [key, withCommand]);
}

function isBusy(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input, textarea, select, [contenteditable], [role="dialog"]') !== null;
}

/** What the key is called that shortcuts are pressed with. */
export const commandKeyName: string = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '')
  ? '⌘'
  : 'Ctrl';
