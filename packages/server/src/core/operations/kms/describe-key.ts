import type { Operation } from '../operation.ts';
import { keyMetadata } from './key-metadata.ts';
import { describeKey, resolveKey } from './resolve-key.ts';
import { checkTokensAndRecipient } from './request-members.ts';

/** `DescribeKey`: a key's metadata, in any state. */
export const describeKeyOperation: Operation = {
  name: 'DescribeKey',
  action: 'key.describe',
  run(attempt, params) {
    const permission = 'kms:DescribeKey';
    const resolved = resolveKey(attempt, params.text('keyId'), permission);
    attempt.note.key = describeKey(attempt, resolved);
    attempt.authorize({
      permission,
      grantOperation: 'DescribeKey',
      resource: resolved.key.record.arn,
      key: resolved.key,
      ...(resolved.alias === undefined ? {} : { conditions: { 'kms:requestalias': [resolved.alias] } }),
    });
    checkTokensAndRecipient(attempt, params);
    return { keyMetadata: keyMetadata(resolved.key.record, attempt.nowMs) };
  },
};
