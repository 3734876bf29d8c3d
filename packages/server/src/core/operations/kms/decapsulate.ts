import type { Operation } from '../operation.ts';
import { keyForEncapsulation } from './encapsulation.ts';
import { invalidCiphertext } from './encryption.ts';
import { endDryRun } from './request-members.ts';

/**
 * `Decapsulate`: the shared secret of a ciphertext. One that was not made for the key gives another secret, not an error
 * (implicit rejection, FIPS 203, 6.3); only a wrong length is refused.
 */
export const decapsulate: Operation = {
  name: 'Decapsulate',
  action: 'key.decapsulate',
  run(attempt, params) {
    const { algorithm, encapsulation, key } = keyForEncapsulation(attempt, params, 'Decapsulate');
    const sharedSecret = encapsulation.decapsulate(params.bytes('sharedSecretCiphertextBlob'));
    if (sharedSecret === undefined) throw invalidCiphertext();
    endDryRun(params, sharedSecret);
    return { encapsulationAlgorithm: algorithm, keyId: key.record.arn, sharedSecret };
  },
};
