import type { KeyNeed } from '@keywitness/api';
import { type KeyFacts, stateOf } from '../key-facts.ts';

const DAY_MS = 86_400_000;
/** Material that is older than this is to be rotated, however long the key's own period is. */
const ROTATION_DAYS_MAX = 365;
/** A rotation may be so late before anybody is told. */
const GRACE_DAYS = 1;
/** Material that expires within this time is to be imported again. */
const EXPIRY_DAYS = 30;

/** What a key needs that its record tells: all but whether anybody uses it. */
export function needsOf(facts: KeyFacts, nowMs: number): readonly KeyNeed[] {
  const needs: KeyNeed[] = [];
  if (isRotationOverdue(facts, nowMs)) needs.push('rotation');
  if (facts.kind.state === 'PendingDeletion' || facts.kind.state === 'PendingReplicaDeletion') {
    needs.push('deletion');
  }
  if (isImportDue(facts, nowMs)) needs.push('import');
  return needs;
}

/** Whether a key may count as unused: it could be used, and has been there for so many days. */
export function mayBeUnused(facts: KeyFacts, nowMs: number, days: number): boolean {
  return stateOf(facts, nowMs) === 'Enabled' && facts.createdAtMs < nowMs - days * DAY_MS;
}

/** The instant since which a key has not been used that is unused for so many days. */
export function unusedSinceMs(nowMs: number, days: number): number {
  return nowMs - days * DAY_MS;
}

/**
 * Of enabled symmetric keys whose material the service makes: that it is not replaced by itself, or has not been for
 * longer than it should. Replicas are rotated with their primary key.
 */
function isRotationOverdue(facts: KeyFacts, nowMs: number): boolean {
  const { multiRegion, origin, periodDays, spec } = facts.kind;
  if (spec !== 'SYMMETRIC_DEFAULT' || origin !== 'AWS_KMS' || multiRegion === 'REPLICA') return false;
  if (stateOf(facts, nowMs) !== 'Enabled') return false;
  if (periodDays === undefined) return true;
  const days = Math.min(periodDays, ROTATION_DAYS_MAX) + GRACE_DAYS;
  return facts.rotatedAtMs < nowMs - days * DAY_MS;
}

function isImportDue(facts: KeyFacts, nowMs: number): boolean {
  const state = stateOf(facts, nowMs);
  if (state === 'PendingImport') return true;
  if (state !== 'Enabled' && state !== 'Disabled') return false;
  return facts.ends !== undefined && facts.ends.expiresAtMs < nowMs + EXPIRY_DAYS * DAY_MS;
}
