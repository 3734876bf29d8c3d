import type { OrganizationRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';

/**
 * Asks whether the caller may do this to the organization. It belongs to the management account, so that administrators
 * of other accounts may not, whatever their policies say.
 *
 * @throws OperationError `AccessDenied`.
 */
export function authorizeForOrganization(attempt: Attempt, permission: string): void {
  attempt.authorize({ permission, resource: '*', resourceAccount: attempt.place.account });
}

/** @throws OperationError `InvalidState`, before the first start has founded it. */
export function requireOrganization(attempt: Attempt): OrganizationRecord {
  const record = attempt.view.organization();
  if (record !== undefined) return record;
  throw new OperationError('InvalidState', 'there is no organization yet');
}
