/** A text that the browser keeps for the next visit, known to all tabs. */
export interface StoredText {
  readonly read: () => string | undefined;
  readonly write: (text: string | undefined) => void;
  /** Tells of changes until the function that it answers is called. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** Where nothing can be stored, a text is kept for as long as the page lives. */
export function storedText(name: string): StoredText {
  const listeners = new Set<() => void>();
  let kept = stored(name);
  const change = (text: string | undefined): void => {
    kept = text;
    for (const listener of listeners) listener();
  };
  globalThis.addEventListener?.('storage', ({ key, newValue }) => {
    if (key === name) change(newValue ?? undefined);
  });
  return {
    read: () => kept,
    write(text) {
      try {
        if (text === undefined) localStorage.removeItem(name);
        else localStorage.setItem(name, text);
      } catch {
        // A browser that keeps nothing is no reason to check nothing.
      }
      change(text);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function stored(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}
