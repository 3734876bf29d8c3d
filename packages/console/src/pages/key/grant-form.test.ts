import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyGrant, grantLine, isComplete, operationsOf } from './grant-form.ts';

const grant = {
  ...emptyGrant,
  grantee: 'arn:aws:iam::111122223333:user/app',
  operations: ['Decrypt'],
} as const;

test('a grant needs a grantee and an operation', () => {
  assert(isComplete(grant));
  assert(!isComplete({ ...grant, operations: [] }));
  assert(!isComplete({ ...grant, grantee: 'app' }));
  assert(!isComplete({ ...grant, retiring: 'ann' }));
  assert(!isComplete({ ...grant, context: 'customer' }));
  assert(!isComplete({ ...grant, name: 'two words' }));
});

test('operations are those of the use of the key', () => {
  assert.deepEqual(operationsOf('GENERATE_VERIFY_MAC').slice(0, 2), ['GenerateMac', 'VerifyMac']);
  assert(!operationsOf('SIGN_VERIFY').includes('Decrypt'));
});

test('the command makes what the form makes', () => {
  assert.equal(
    grantLine('arn:aws:kms:eu-1:111122223333:key/k', { ...grant, name: 'batch', context: 'customer=4711' }),
    'aws kms create-grant --key-id arn:aws:kms:eu-1:111122223333:key/k --grantee-principal arn:aws:iam::111122223333:user/app ' +
      `--operations Decrypt --name batch --constraints '{"EncryptionContextSubset":{"customer":"4711"}}'`,
  );
});
