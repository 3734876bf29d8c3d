export { addAdminCommands } from './admin-commands.ts';
export { printRecords, printTable } from './records.ts';
