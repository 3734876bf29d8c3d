import type { Attempt } from './attempt.ts';

/**
 * Asks whether the caller may do this with the record, or with what quotes it. It belongs to the audit account, and
 * nothing lets anybody else have it: whatever the policies of another account say, its principals are denied (G6).
 *
 * @throws OperationError `AccessDenied`.
 */
export function authorizeOnRecord(attempt: Attempt, permission: string): void {
  const { place, view } = attempt;
  const resourceAccount = view.organization()?.auditAccount ?? place.account;
  attempt.authorize({ permission, resource: '*', resourceAccount });
}

/**
 * Asks whether the caller may read this of the organization. The account that owns the record may as well: who reads
 * events must be able to tell whose they are.
 *
 * @throws OperationError `AccessDenied`.
 */
export function authorizeReading(attempt: Attempt, permission: string): void {
  const isAuditing = attempt.view.organization()?.auditAccount === attempt.account;
  const resourceAccount = isAuditing ? attempt.account : attempt.place.account;
  attempt.authorize({ permission, resource: '*', resourceAccount });
}
