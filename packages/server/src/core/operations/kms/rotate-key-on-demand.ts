import { type Key, readyMaterial } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { requireState } from './key-states.ts';
import { inAllRegions, refuseReplica } from './multi-region.ts';
import { requireRotatable } from './rotation.ts';

/** AWS's quota for the lifetime of a key. */
const ROTATIONS_MAX = 25;
/** An automatic rotation that begins within this time stands in the way of one on demand. */
const SCHEDULED_MS = 20 * 60_000;

/**
 * `RotateKeyOnDemand`: begins a rotation, which the service completes by an act of its own. The schedule of automatic
 * rotation stays as it is.
 */
export const rotateKeyOnDemand: Operation = {
  name: 'RotateKeyOnDemand',
  action: 'key.rotate-on-demand',
  run(attempt, params) {
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:RotateKeyOnDemand');
    requireState(attempt, key, 'RotateKeyOnDemand');
    requireRotatable(key);
    refuseReplica(key);
    const { record } = key;
    requireNoOther(attempt, key);
    requireNextMaterial(attempt, key);
    const count = record.onDemandRotations ?? 0;
    if (count >= ROTATIONS_MAX) {
      const message = `The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: ${record.arn}`;
      throw new OperationError('LimitExceeded', message);
    }
    attempt.note.change = {
      before: { onDemandRotations: count },
      after: {
        onDemandRotations: count + 1,
        onDemandRotationStartDate: new Date(attempt.nowMs).toISOString(),
      },
    };
    writeKey(attempt, { ...record, onDemandRotations: count + 1, onDemandRotationAtMs: attempt.nowMs });
    return { keyId: record.id };
  },
};

/** @throws OperationError `Conflict` while another rotation is in progress, or about to begin. */
function requireNoOther({ nowMs }: Attempt, { record: { arn, onDemandRotationAtMs, rotation } }: Key): void {
  if (onDemandRotationAtMs !== undefined) {
    throw new OperationError('Conflict', `An on-demand rotation of ${arn} is already in progress.`);
  }
  if (rotation === undefined || rotation.nextAtMs > nowMs + SCHEDULED_MS) return;
  throw new OperationError(
    'Conflict',
    `An automatic rotation of ${arn} is currently in progress or scheduled to begin within the next 20 minutes.`,
  );
}

/** @throws OperationError `InvalidState`, in AWS's words, when the material would have to be imported first, here or in another Region. */
function requireNextMaterial(attempt: Attempt, { record }: Key): void {
  if (record.origin === 'AWS_KMS') return;
  if (readyMaterial(inAllRegions(attempt, record), attempt.nowMs) !== undefined) return;
  const message = `No available key material pending rotation for the key: ${record.arn}.`;
  throw new OperationError('InvalidState', message);
}
