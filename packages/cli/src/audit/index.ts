export { addAuditCommands } from './audit-commands.ts';
export { eventArgument, findEvent } from './find-event.ts';
