import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionNames } from './action-names.ts';

test('actions of KMS go without its name, and many of another service are counted', () => {
  assert.equal(actionNames(['kms:Decrypt', 'kms:Encrypt']), 'Decrypt, Encrypt');
  assert.equal(actionNames(['kms:ListKeys', 'iam:GetUser']), 'ListKeys; iam:GetUser');
  const many = Array.from({ length: 13 }, (_, at) => `keywitness:Do${at}`);
  assert.equal(actionNames(many), '13 actions of keywitness');
});
