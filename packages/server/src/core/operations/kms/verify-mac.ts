import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { askAlgorithm } from './key-material.ts';
import { keyForMac } from './macs.ts';
import { endDryRun } from './request-members.ts';

/** `VerifyMac`: succeeds when the code is the key's, and is refused when it is not, as in AWS. */
export const verifyMac: Operation = {
  name: 'VerifyMac',
  action: 'key.verify-mac',
  run(attempt, params) {
    const { algorithm, key, macs } = keyForMac(attempt, params, 'VerifyMac');
    const [message, mac] = [params.bytes('message'), params.bytes('mac')];
    if (!askAlgorithm(() => macs.verifyMac(algorithm, message, mac))) {
      throw new OperationError('InvalidMac', '');
    }
    endDryRun(params);
    return { keyId: key.record.arn, macAlgorithm: algorithm, macValid: true };
  },
};
