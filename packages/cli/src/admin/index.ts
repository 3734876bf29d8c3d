export { addAdminCommands } from './admin-commands.ts';
