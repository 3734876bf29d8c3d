import { useSyncExternalStore } from 'react';
import { type StoredChoice, storedChoice } from './stored-choice.ts';

/** Light, dark, or what the system says. */
export type Theme = 'system' | 'light' | 'dark';

/** How instants are shown. */
export type Clock = 'utc' | 'local';

const theme = storedChoice<Theme>('keywitness-theme', ['system', 'light', 'dark']);
const clock = storedChoice<Clock>('keywitness-clock', ['utc', 'local']);

/** The theme that was chosen, and how to choose another one. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  return useChoice(theme);
}

/** Whether instants are shown in UTC or in the browser's time zone. */
export function useClock(): readonly [Clock, (clock: Clock) => void] {
  return useChoice(clock);
}

/** Makes the page follow the theme from now on. */
export function followTheme(): void {
  const apply = (): void => {
    document.documentElement.dataset['theme'] = theme.read();
  };
  theme.subscribe(apply);
  apply();
}

function useChoice<Word extends string>(choice: StoredChoice<Word>): readonly [Word, (word: Word) => void] {
  return [useSyncExternalStore(choice.subscribe, choice.read), choice.write];
}
