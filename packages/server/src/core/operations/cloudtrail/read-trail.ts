import type { EventParameters } from '../../audit/index.ts';
import type { Attempt } from '../attempt.ts';

/**
 * The trail shows the record, and the record belongs to the audit account: whatever the policies of another account say,
 * its principals are denied (G6). What was asked is noted before policy is.
 */
export function authorizeTrail(
  attempt: Attempt,
  permission: string,
  resource: string,
  parameters: EventParameters,
): void {
  if (Object.values(parameters).some((value) => value !== undefined)) attempt.note.parameters = parameters;
  const owner = attempt.view.organization()?.auditAccount ?? attempt.place.account;
  attempt.authorize({ permission, resource, resourceAccount: owner });
}
