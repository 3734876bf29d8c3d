import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { issueSession, parentsOf, type SessionCredentials } from './issue-session.ts';

/**
 * A session in which users act as themselves, got with what they hold for long. It may do what they may do, and so takes
 * no permission.
 *
 * @throws OperationError `AccessDenied` to whoever acts in a session already: none prolongs itself.
 */
export function ownSession(attempt: Attempt, name: string, durationSeconds: number): SessionCredentials {
  const { caller, principal } = attempt;
  attempt.note.parameters = { durationSeconds };
  const { record } = principal;
  if (caller.session !== undefined || record.type === 'role') {
    throw new OperationError('AccessDenied', `Cannot call ${name} with session credentials`);
  }
  if (record.arn.endsWith(':root')) {
    throw new OperationError('AccessDenied', `Cannot call ${name} as the root of an account`);
  }
  const none = { policies: [], policyArns: [], tags: [], transitiveTagKeys: [] };
  return issueSession(attempt, { ...none, durationSeconds, record }, parentsOf(attempt));
}
