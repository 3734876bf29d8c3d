export { addressRanges } from './address-ranges.ts';
export { readSettings, Settings, SettingsError, settingsHelp } from './read.ts';
export { environmentName, type Setting, SETTINGS } from './table.ts';
