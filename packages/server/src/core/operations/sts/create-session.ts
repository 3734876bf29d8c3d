import type { Operation } from '../operation.ts';
import { ownSession } from './own-session.ts';
import { readDuration } from './session-duration.ts';

const SECONDS_DEFAULT = 3600;
const SECONDS_MAX = 43_200;

/**
 * `CreateSession`: short-lived credentials of the caller's own, for programs that have a certificate and a client that
 * can only sign.
 */
export const createSession: Operation = {
  name: 'CreateSession',
  action: 'session.create',
  run(attempt, params) {
    const seconds = readDuration(params, SECONDS_MAX) ?? SECONDS_DEFAULT;
    const { expiration, ...credentials } = ownSession(attempt, 'CreateSession', seconds);
    return { ...credentials, expiresAt: expiration, principalArn: attempt.principal.arn };
  },
};
