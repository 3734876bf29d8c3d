import type { EventParameters } from '../../audit/index.ts';
import type { Attempt } from '../attempt.ts';
import type { Result } from '../params.ts';
import type { Replica } from '../replica.ts';
import type { SuppressionRecord } from '../response-records.ts';
import { instant, isImmutable } from '../rules/index.ts';

/** Whether it has ended. */
export function hasEnded({ expiresAtMs }: SuppressionRecord, nowMs: number): boolean {
  return expiresAtMs <= nowMs;
}

/** A suppression as it is shown. */
export function describeSuppression(record: SuppressionRecord): Result {
  const { createdAtMs, createdBy, entity, expiresAtMs, id, reason, ruleName } = record;
  return {
    suppressionId: id,
    rule: ruleName,
    entity,
    reason,
    createdAt: createdAtMs,
    createdBy,
    expiresAt: expiresAtMs,
  };
}

/** The same for the record. */
export function noteSuppression(record: SuppressionRecord): EventParameters {
  const { entity, expiresAtMs, id, reason, ruleName } = record;
  return { entity, expiresAt: instant(expiresAtMs), reason, rule: ruleName, suppression: id };
}

/**
 * The suppression that keeps people from being told of a finding about this entity now; none ever does for rules that
 * nobody can touch. What is decided hangs on it, so that it is decided again if that one is deleted before the commit.
 */
export function suppressionOf(
  attempt: Attempt,
  ruleName: string,
  entity: Readonly<Record<string, string>>,
): SuppressionRecord | undefined {
  if (isImmutable(ruleName)) return undefined;
  const matching = [...attempt.view.peek.suppressions.values()].find(
    (record) =>
      record.ruleName === ruleName &&
      !hasEnded(record, attempt.nowMs) &&
      Object.entries(record.entity).every(([name, value]) => entity[name] === value),
  );
  return matching === undefined ? undefined : attempt.view.suppression(matching.id);
}

/** Suppressions that have ended and are still there. */
export function suppressionsDue({ suppressions }: Replica, nowMs: number): readonly string[] {
  return [...suppressions.values()].filter((record) => hasEnded(record, nowMs)).map(({ id }) => id);
}
