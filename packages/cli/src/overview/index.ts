export { addKeyCommands } from './key-commands.ts';
export { addSettingsCommand } from './settings-command.ts';
export { addStatusCommand } from './status-command.ts';
