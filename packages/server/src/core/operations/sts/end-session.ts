import type { Operation } from '../operation.ts';
import { OperationError } from '../errors.ts';
import { recordRevocation } from './revoke-session.ts';

/**
 * `EndSession`: whoever acts in a session ends it, and with it every session that was got with it, from the moment this
 * is answered (G5). It takes no permission: to stop is everybody's right.
 */
export const endSession: Operation = {
  name: 'EndSession',
  action: 'session.end',
  run(attempt) {
    const { session } = attempt.caller;
    if (session === undefined) throw new OperationError('InvalidState', 'there is no session to end');
    const { accessKeyId, principalArn } = session;
    const { expiresAtMs, revokedAtMs } = recordRevocation(
      attempt,
      accessKeyId,
      principalArn,
      attempt.account,
    );
    return { accessKeyId, expiresAt: expiresAtMs, revokedAt: revokedAtMs };
  },
};
