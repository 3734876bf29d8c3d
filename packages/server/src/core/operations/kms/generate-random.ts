import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { checkTokensAndRecipient } from './request-members.ts';

/** `GenerateRandom`: 1 to 1,024 random bytes; uses no key. */
export const generateRandom: Operation = {
  name: 'GenerateRandom',
  action: 'random.generate',
  run(attempt, params) {
    const byteCount = params.optionalNumber('numberOfBytes');
    attempt.note.parameters = { numberOfBytes: byteCount };
    attempt.authorize({ permission: 'kms:GenerateRandom', resource: '*' });
    checkTokensAndRecipient(attempt, params);
    if (params.has('customKeyStoreId')) {
      throw new OperationError('Unsupported', 'Custom key stores are not supported.');
    }
    if (byteCount === undefined) {
      throw new OperationError('Validation', 'NumberOfBytes is required.');
    }
    return { plaintext: attempt.entropy.bytes(byteCount) };
  },
};
