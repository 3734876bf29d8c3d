import type { Operation } from '../operation.ts';
import { keyForAdministration } from './change-key.ts';

/** `GetKeyRotationStatus`: no key is rotated by itself. Terraform asks whenever it reads a key. */
export const getKeyRotationStatus: Operation = {
  name: 'GetKeyRotationStatus',
  action: 'key.read-rotation',
  run(attempt, params) {
    const { record } = keyForAdministration(attempt, params.text('keyId'), 'kms:GetKeyRotationStatus');
    return { keyId: record.arn, keyRotationEnabled: false };
  },
};
