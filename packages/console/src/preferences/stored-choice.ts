/** One of a few words, kept by the browser for the next visit and known to all tabs. */
export interface StoredChoice<Word extends string> {
  readonly read: () => Word;
  readonly write: (word: Word) => void;
  /** Tells of changes until the function that it answers is called. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** The first of `words` is taken until somebody chooses. Where nothing can be stored, a choice holds for the page. */
export function storedChoice<Word extends string>(
  name: string,
  words: readonly [Word, ...Word[]],
): StoredChoice<Word> {
  const listeners = new Set<() => void>();
  const tell = (): void => listeners.forEach((listener) => listener());
  let word = words.find((candidate) => candidate === stored(name)) ?? words[0];
  globalThis.addEventListener?.('storage', ({ key, newValue }) => {
    if (key !== name) return;
    word = words.find((candidate) => candidate === newValue) ?? words[0];
    tell();
  });
  return {
    read: () => word,
    write(chosen) {
      word = chosen;
      try {
        localStorage.setItem(name, chosen);
      } catch {
        // A browser that keeps nothing is no reason to refuse.
      }
      tell();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function stored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
