import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { requireState } from './key-states.ts';
import { refuseReplica } from './multi-region.ts';
import { requireOwnMaterial } from './rotation.ts';

/**
 * `DisableKeyRotation`: the current material stays. A rotation on demand that is in progress goes on. Keys that have one
 * material for good are taken too, as in AWS.
 */
export const disableKeyRotation: Operation = {
  name: 'DisableKeyRotation',
  action: 'key.disable-rotation',
  run(attempt, params) {
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:DisableKeyRotation');
    requireState(attempt, key, 'DisableKeyRotation');
    requireOwnMaterial(key);
    refuseReplica(key);
    const { rotation } = key.record;
    attempt.note.change = {
      before: { keyRotationEnabled: rotation !== undefined, rotationPeriodInDays: rotation?.periodDays },
      after: { keyRotationEnabled: false },
    };
    writeKey(attempt, { ...key.record, rotation: undefined });
    return {};
  },
};
