import { currentMaterial } from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { algorithmLists, isSymmetric } from './algorithm-lists.ts';
import { requireState } from './key-states.ts';
import { checkTokensAndRecipient } from './request-members.ts';
import { describeKey, describeUse, resolveKey } from './resolve-key.ts';

/** `GetPublicKey`: the public half of a pair as SubjectPublicKeyInfo, and what it may be used for. */
export const getPublicKey: Operation = {
  name: 'GetPublicKey',
  action: 'key.get-public-key',
  run(attempt, params) {
    const permission = 'kms:GetPublicKey';
    const resolved = resolveKey(attempt, params.text('keyId'), permission);
    const { alias, key, requested } = resolved;
    attempt.note.key = describeKey(attempt, resolved);
    attempt.authorize({
      permission,
      grantOperation: 'GetPublicKey',
      resource: key.record.arn,
      key,
      ...(alias === undefined ? {} : { conditions: { 'kms:requestalias': [alias] } }),
    });
    checkTokensAndRecipient(attempt, params);
    requireState(attempt, key, 'GetPublicKey');
    const { arn, spec, usage } = key.record;
    // AWS gives no reason.
    if (isSymmetric(spec)) throw new OperationError('Unsupported', '');
    const material = currentMaterial(key.record);
    attempt.note.key = describeUse(attempt, key, requested, material.id);
    return {
      ...algorithmLists(key.record),
      customerMasterKeySpec: spec,
      keyId: arn,
      keySpec: spec,
      keyUsage: usage,
      publicKey: Buffer.from(material.publicKey ?? '', 'base64'),
    };
  },
};
