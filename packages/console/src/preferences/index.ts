export { type Clock, followTheme, type Theme, useClock, useTheme } from './preferences.ts';
