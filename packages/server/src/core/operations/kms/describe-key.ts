import type { Operation } from '../operation.ts';
import { keyMetadata } from './key-metadata.ts';
import { describeKey, resolveKey } from './resolve-key.ts';
import { refuseUnsupportedMembers } from './use-key.ts';

/** `DescribeKey`: a key's metadata, in any state. */
export const describeKeyOperation: Operation = {
  name: 'DescribeKey',
  action: 'key.describe',
  run(attempt, params) {
    const resolved = resolveKey(attempt, params.text('keyId'));
    attempt.note.key = describeKey(resolved);
    attempt.authorize({
      permission: 'kms:DescribeKey',
      resource: resolved.key.record.arn,
      key: resolved.key,
      ...(resolved.alias === undefined ? {} : { conditions: { 'kms:requestalias': [resolved.alias] } }),
    });
    refuseUnsupportedMembers(params);
    return { keyMetadata: keyMetadata(resolved.key.record) };
  },
};
