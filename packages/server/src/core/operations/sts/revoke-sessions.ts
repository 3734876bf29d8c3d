import type { RevokedSessionsRecord } from '../../identity/index.ts';
import type { Operation } from '../operation.ts';
import { requirePrincipalByArn } from './session-principal.ts';

/**
 * `RevokeSessions`: ends all sessions of a role or user that were recorded before it, all sessions that were got with
 * them, and those that a user got with its own credentials (G5). New ones can be got at once by whom policy lets.
 */
export const revokeSessions: Operation = {
  name: 'RevokeSessions',
  action: 'principal.revoke-sessions',
  run(attempt, params) {
    const asked = params.text('principalArn');
    const { arn, id } = requirePrincipalByArn(attempt, asked, 'keywitness:RevokeSessions');
    const record: RevokedSessionsRecord = { revokedAtMs: attempt.nowMs };
    attempt.note.change = { after: { principal: arn, sessions: 'revoked' } };
    attempt.write(`sessions:${id}`, record);
    return { principalArn: arn, revokedAt: attempt.nowMs };
  },
};
