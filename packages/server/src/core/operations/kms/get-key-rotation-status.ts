import type { Operation } from '../operation.ts';
import { keyForAdministration } from './change-key.ts';
import { requireState } from './key-states.ts';

/** `GetKeyRotationStatus`: no key is rotated by itself. Terraform asks whenever it reads a key. */
export const getKeyRotationStatus: Operation = {
  name: 'GetKeyRotationStatus',
  action: 'key.read-rotation',
  run(attempt, params) {
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:GetKeyRotationStatus');
    requireState(attempt, key, 'GetKeyRotationStatus');
    return { keyId: key.record.arn, keyRotationEnabled: false };
  },
};
