export { createSession } from './create-session.ts';
export { endSession } from './end-session.ts';
export { revokeSession } from './revoke-session.ts';
export { revokeSessions } from './revoke-sessions.ts';
export { requirePrincipalByArn } from './session-principal.ts';
export { stsOperations } from './sts-operations.ts';
