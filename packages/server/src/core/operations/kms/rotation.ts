import {
  dueRotation,
  isDeleted,
  type Key,
  type KeyName,
  type KeyRecord,
  multiRegionType,
} from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Replica } from '../replica.ts';

/** A rotation that is this late is put on the record. */
const OVERDUE_MS = 86_400_000;

/**
 * Refuses keys that have one material for good: only symmetric encryption keys are rotated. KMS gives no reason.
 *
 * @throws OperationError `Unsupported`.
 */
export function requireRotatable({ record }: Key): void {
  if (record.spec !== 'SYMMETRIC_DEFAULT') throw new OperationError('Unsupported', '');
}

/**
 * Refuses keys whose material comes from elsewhere: the service has no next one for them.
 *
 * @throws OperationError `Unsupported`, in AWS's words.
 */
export function requireOwnMaterial({ record: { arn, origin } }: Key): void {
  if (origin === 'AWS_KMS') return;
  throw new OperationError(
    'Unsupported',
    `${arn} origin is ${origin} which is not valid for this operation.`,
  );
}

/** Names of the keys that are to be rotated now. */
export function rotationsDue(replica: Replica, nowMs: number): readonly KeyName[] {
  return keysOf(replica, nowMs)
    .filter(({ record }) => dueRotation(record, nowMs) !== undefined)
    .map(({ name }) => name);
}

/** Names of the keys whose rotation is overdue, which the record does not say yet. */
export function rotationsOverdue(replica: Replica, nowMs: number): readonly KeyName[] {
  return keysOf(replica, nowMs)
    .filter(({ record }) => isOverdue(record, nowMs))
    .map(({ name }) => name);
}

/** Whether the record is to say that the key's rotation is overdue. A key that is to be deleted is not rotated. */
export function isOverdue(record: KeyRecord, nowMs: number): boolean {
  const { deletionAtMs, deletionWindowDays, rotation } = record;
  if (multiRegionType(record) === 'REPLICA') return false;
  if (rotation === undefined || rotation.overdueAtMs !== undefined) return false;
  if (deletionAtMs !== undefined || deletionWindowDays !== undefined) return false;
  return rotation.nextAtMs + OVERDUE_MS <= nowMs;
}

function keysOf(
  replica: Replica,
  nowMs: number,
): readonly { readonly name: KeyName; readonly record: KeyRecord }[] {
  return replica.keyNames.dueForRotation(nowMs).flatMap((name) => {
    const record = replica.key(name)?.record;
    return record === undefined || isDeleted(record, nowMs) ? [] : [{ name, record }];
  });
}
