import type { Operation } from '../operation.ts';
import { askAlgorithm } from './key-material.ts';
import { endDryRun } from './request-members.ts';
import { keyForSigning } from './signing.ts';

/** `Sign`: a message of at most 4,096 bytes, or its digest. Neither it nor the signature is in the record. */
export const sign: Operation = {
  name: 'Sign',
  action: 'key.sign',
  run(attempt, params) {
    const { algorithm, key, message, signatures } = keyForSigning(attempt, params, 'Sign');
    const signature = askAlgorithm(() => signatures.sign(algorithm, message, attempt.entropy));
    endDryRun(params);
    return { keyId: key.record.arn, signature, signingAlgorithm: algorithm };
  },
};
