import type { Operation } from '../operation.ts';
import { refuseMfaDevice } from './assume-role.ts';
import { ownSession } from './own-session.ts';
import { readDuration, SESSION_SECONDS_MAX } from './session-duration.ts';

const SECONDS_DEFAULT = 43_200;

/** STS `GetSessionToken`: short-lived credentials of the user who asks with long-lived ones. */
export const getSessionToken: Operation = {
  name: 'sts:GetSessionToken',
  action: 'session.get-token',
  run(attempt, params) {
    refuseMfaDevice(params);
    const seconds = readDuration(params, SESSION_SECONDS_MAX) ?? SECONDS_DEFAULT;
    return { credentials: ownSession(attempt, 'GetSessionToken', seconds) };
  },
};
