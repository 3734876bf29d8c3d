import { holdInForce } from '../quarantine.ts';
import type { Replica } from '../replica.ts';

/** Ids of remediations whose time is over, the first due first. */
export function dueRemediations({ remediations }: Replica, nowMs: number): readonly string[] {
  return [...remediations.values()]
    .filter(({ expiresAtMs, status }) => status === 'done' && (expiresAtMs ?? Infinity) <= nowMs)
    .toSorted((left, right) => (left.expiresAtMs ?? 0) - (right.expiresAtMs ?? 0))
    .map(({ id }) => id);
}

/** Principal ids of quarantines that are over. */
export function overQuarantines({ quarantines }: Replica, nowMs: number): readonly string[] {
  return [...quarantines].filter(([, record]) => holdInForce(record, nowMs) === undefined).map(([id]) => id);
}
