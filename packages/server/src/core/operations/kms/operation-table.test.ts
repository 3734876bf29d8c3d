import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { KEY_STATES } from '../../keys/index.ts';
import { stateRefusal, statesOf } from './key-states.ts';
import { kmsRowInDocs } from './operation-table.test-model.ts';
import { kmsOperationTable } from './operation-table.ts';

/** The names of all operations that the SDK has, from the schemas that it exports. */
function sdkOperations(): readonly string[] {
  return Object.values<unknown>(sdk)
    .filter((exported) => Array.isArray(exported) && exported[0] === 9)
    .map((exported) => (Array.isArray(exported) ? String(exported[2]) : ''));
}

test('the table has a row for every operation of the SDK, and no other', () => {
  const names = kmsOperationTable.map(({ name }) => name);
  assert.deepEqual(names, [...sdkOperations()].toSorted());
});

test('the documentation has the table as it is', () => {
  const page = readFileSync(new URL('../../../../../../docs/kms.md', import.meta.url), 'utf8');
  const [, part = ''] = page.split('\n## Operations\n');
  const listed = part.match(/^\| `.*$/gm);
  assert.deepEqual(listed, kmsOperationTable.map(kmsRowInDocs));
});

test('every operation stands in its own row', () => {
  for (const { name, operation } of kmsOperationTable) {
    if (operation !== 'later') assert.equal(operation.name, name);
  }
});

test('an operation that names a key has its states', () => {
  const withoutKey = new Set(['CreateKey', 'ListKeys', 'ListRetirableGrants', 'GenerateRandom']);
  for (const { name, states } of kmsOperationTable) {
    const isWithoutKey = withoutKey.has(name) || name.includes('CustomKeyStore');
    assert.equal(states === undefined, isWithoutKey, name);
  }
});

test('the words of a refusal are those of AWS', () => {
  const key = { arn: 'arn:k', origin: 'EXTERNAL' } as const;
  const told = KEY_STATES.map((state) => {
    const refusal = stateRefusal('Decrypt', key, state);
    return refusal === undefined ? 'ok' : `${refusal.code}: ${refusal.message}`;
  });
  assert.deepEqual(told, [
    'ok',
    'Disabled: arn:k is disabled.',
    'InvalidState: arn:k is pending deletion.',
    'InvalidState: arn:k is pending replica deletion.',
    'InvalidState: arn:k is pending import.',
    'InvalidState: arn:k is unavailable.',
    'InvalidState: arn:k is creating.',
    'ok',
  ]);
  assert.equal(
    stateRefusal('EnableKeyRotation', key, 'PendingImport')?.message,
    'arn:k origin is EXTERNAL which is not valid for this operation.',
  );
  assert.equal(stateRefusal('CancelKeyDeletion', key, 'Enabled')?.message, 'arn:k is not pending deletion.');
  assert.deepEqual(statesOf('CancelKeyDeletion'), ['PendingDeletion', 'PendingReplicaDeletion']);
});
