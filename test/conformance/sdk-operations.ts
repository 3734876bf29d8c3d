import assert from 'node:assert/strict';
import type { RecordedEvent } from './tls-service.ts';

/** How the calls that have to fail fail, in the words of AWS. */
export const expectedCodes = {
  disabled: 'DisabledException',
  dryRun: 'DryRunOperationException',
  pending: 'KMSInvalidStateException',
  unknownKey: 'NotFoundException',
  wrongContext: 'InvalidCiphertextException',
} as const;

const operations = [
  'CancelKeyDeletion',
  'CreateAlias',
  'CreateGrant',
  'CreateKey',
  'Decrypt',
  'DeleteAlias',
  'DescribeKey',
  'DisableKey',
  'EnableKey',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateRandom',
  'GetKeyPolicy',
  'GetKeyRotationStatus',
  'ListAliases',
  'ListGrants',
  'ListKeys',
  'ListResourceTags',
  'ListRetirableGrants',
  'PutKeyPolicy',
  'ReEncrypt',
  'RetireGrant',
  'RevokeGrant',
  'ScheduleKeyDeletion',
  'TagResource',
  'UntagResource',
  'UpdateAlias',
];

/** Fails unless each of the operations has succeeded at least once by what is on the record. */
export function assertAllOperations(events: readonly RecordedEvent[]): void {
  const succeeded = events
    .filter(({ outcome }) => outcome === 'success')
    .map(({ protocol }) => protocol?.operation ?? '');
  assert.deepEqual([...new Set(succeeded)].toSorted(), operations);
}
