import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { kmsOperations } from '../../core/operations/index.ts';
import { compileKmsOperations, unsupportedKmsOperations } from './kms-operations.ts';
import { memberName } from './schema.ts';

/** The names of all operations that the SDK has, from the schemas that it exports. */
function sdkOperations(): readonly string[] {
  return Object.values<unknown>(sdk).flatMap((exported) => {
    if (!Array.isArray(exported) || exported[0] !== 9) return [];
    const name: unknown = exported[2];
    return typeof name === 'string' ? [name] : [];
  });
}

test('every operation of the SDK is offered, or known not to be', () => {
  const offered = compileKmsOperations();
  const ours = [...offered.keys(), ...unsupportedKmsOperations].sort();
  assert.deepEqual(ours, [...sdkOperations()].sort());
  assert.equal(new Set(ours).size, ours.length);
});

test('every operation of core is offered', () => {
  assert.deepEqual([...compileKmsOperations().keys()].sort(), [...kmsOperations.keys()].sort());
});

test('members are named as core names them', () => {
  assert.equal(memberName('KeyId'), 'keyId');
  assert.equal(memberName('AWSAccountId'), 'aWSAccountId');
});
