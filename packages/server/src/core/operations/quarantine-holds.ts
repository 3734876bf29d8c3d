import type { PrincipalRecord } from '../identity/index.ts';
import type { Attempt } from './attempt.ts';
import { idOf, writePrincipal } from './principal-records.ts';
import type { QuarantineHold, QuarantineRecord } from './response-records.ts';

/** The holds that are not over. */
export function holdsAt(
  { holds }: Pick<QuarantineRecord, 'holds'>,
  nowMs: number,
): readonly QuarantineHold[] {
  return holds.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
}

/**
 * The holds of a principal, also those that are over as long as their remediation has not ended them; those of somebody
 * who had the same name before are not its own.
 */
export function holdsOf(attempt: Attempt, principal: PrincipalRecord): readonly QuarantineHold[] {
  const record = attempt.view.quarantine(idOf(principal));
  return record?.principalUniqueId === principal.uniqueId ? record.holds : [];
}

/**
 * Declares a principal's holds as an effect; with none the quarantine is over. The principal is written unchanged: see
 * `quarantineOf`.
 */
export function writeQuarantine(
  attempt: Attempt,
  principal: PrincipalRecord,
  holds: readonly QuarantineHold[],
): void {
  const { arn: principalArn, uniqueId: principalUniqueId } = principal;
  const record: QuarantineRecord = { principalArn, principalUniqueId, holds };
  attempt.write(`quarantine:${idOf(principal)}`, holds.length === 0 ? null : record);
  writePrincipal(attempt, principal);
}
