export { getSettings } from './get-settings.ts';
export { getStatus } from './get-status.ts';
