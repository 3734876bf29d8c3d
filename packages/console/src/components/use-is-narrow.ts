import { useSyncExternalStore } from 'react';

/** Below it, the rail is a menu and minor columns are left out. The style sheets say the same. */
const narrow = globalThis.matchMedia?.('(max-width: 959px)');

/** Whether there is little room. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => narrow.matches);
}

function subscribe(listener: () => void): () => void {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
}
