import type { Operation } from '../operation.ts';
import { keyForEncapsulation } from './encapsulation.ts';
import { endDryRun } from './request-members.ts';

/** `Encapsulate`: a fresh shared secret, and the ciphertext from which the key arrives at it. */
export const encapsulate: Operation = {
  name: 'Encapsulate',
  action: 'key.encapsulate',
  run(attempt, params) {
    const { algorithm, encapsulation, key } = keyForEncapsulation(attempt, params, 'Encapsulate');
    endDryRun(params);
    const { ciphertext, sharedSecret } = encapsulation.encapsulate();
    return {
      encapsulationAlgorithm: algorithm,
      keyId: key.record.arn,
      sharedSecret,
      sharedSecretCiphertextBlob: ciphertext,
    };
  },
};
