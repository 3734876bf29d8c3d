import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { askAlgorithm } from './key-material.ts';
import { endDryRun } from './request-members.ts';
import { keyForSigning } from './signing.ts';

/** `Verify`: succeeds when the signature is the key's, and is refused when it is not, as in AWS. */
export const verify: Operation = {
  name: 'Verify',
  action: 'key.verify',
  run(attempt, params) {
    const { algorithm, key, message, signatures } = keyForSigning(attempt, params, 'Verify');
    const isValid = askAlgorithm(() => signatures.verify(algorithm, message, params.bytes('signature')));
    if (!isValid) throw new OperationError('InvalidSignature', '');
    endDryRun(params);
    return { keyId: key.record.arn, signatureValid: true, signingAlgorithm: algorithm };
  },
};
