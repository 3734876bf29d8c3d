export { commandKeyName, useShortcut } from './use-shortcut.ts';
