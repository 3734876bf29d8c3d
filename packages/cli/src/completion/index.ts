export { addCompletionCommand } from './completion-command.ts';
