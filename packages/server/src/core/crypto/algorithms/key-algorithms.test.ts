import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeySpec as AwsKeySpec } from '@aws-sdk/client-kms';
import { KEY_SPECS } from '../index.ts';

test('knows the key specs that the AWS KMS API has, and no others', () => {
  assert.deepEqual(KEY_SPECS.toSorted(), Object.values(AwsKeySpec).toSorted());
});
