export { addMirrorCommand } from './mirror-command.ts';
