import { keyState } from '../../keys/index.ts';
import type { Operation } from '../operation.ts';
import { keyForAdministration } from './change-key.ts';
import { requireState } from './key-states.ts';

/**
 * `GetKeyRotationStatus`: whether and when a key is rotated, and the rotation on demand that is in progress. While a key
 * is to be deleted it is not rotated, and its status says so; that of a key with one material for good says the same, as in
 * AWS.
 */
export const getKeyRotationStatus: Operation = {
  name: 'GetKeyRotationStatus',
  action: 'key.read-rotation',
  run(attempt, params) {
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:GetKeyRotationStatus');
    requireState(attempt, key, 'GetKeyRotationStatus');
    const { record } = key;
    const isPendingDeletion = keyState(record, attempt.nowMs).endsWith('Deletion');
    const rotation = isPendingDeletion ? undefined : record.rotation;
    return {
      keyId: record.id,
      keyRotationEnabled: rotation !== undefined,
      nextRotationDate: rotation?.nextAtMs,
      onDemandRotationStartDate: record.onDemandRotationAtMs,
      rotationPeriodInDays: rotation?.periodDays,
    };
  },
};
