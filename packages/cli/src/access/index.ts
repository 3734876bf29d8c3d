export { addAccessCommands } from './access-commands.ts';
