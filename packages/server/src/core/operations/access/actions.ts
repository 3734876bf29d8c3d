/** What can be done with a key, as KMS names it. */
export const KEY_ACTIONS: readonly string[] = [
  'CancelKeyDeletion',
  'CreateAlias',
  'CreateGrant',
  'Decrypt',
  'DeleteAlias',
  'DeleteImportedKeyMaterial',
  'DescribeKey',
  'DisableKey',
  'DisableKeyRotation',
  'EnableKey',
  'EnableKeyRotation',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'GetKeyPolicy',
  'GetKeyRotationStatus',
  'GetParametersForImport',
  'GetPublicKey',
  'ImportKeyMaterial',
  'ListGrants',
  'ListKeyPolicies',
  'ListKeyRotations',
  'ListResourceTags',
  'PutKeyPolicy',
  'ReEncryptFrom',
  'ReEncryptTo',
  'ReplicateKey',
  'RetireGrant',
  'RevokeGrant',
  'RotateKeyOnDemand',
  'ScheduleKeyDeletion',
  'Sign',
  'TagResource',
  'UntagResource',
  'UpdateAlias',
  'UpdateKeyDescription',
  'Verify',
  'VerifyMac',
].map((name) => `kms:${name}`);

/** What is done to no key in particular. */
export const OTHER_ACTIONS: readonly string[] = [
  'kms:CreateKey',
  'kms:GenerateRandom',
  'kms:ListAliases',
  'kms:ListKeys',
  'keywitness:ListEvents',
  'keywitness:ReadLog',
  'keywitness:AnalyzeAccess',
];

/** A permission as KMS spells it, whatever case it was written in; others as they were written. */
export function spelled(permission: string): string {
  const lower = permission.toLowerCase();
  return [...KEY_ACTIONS, ...OTHER_ACTIONS].find((name) => name.toLowerCase() === lower) ?? permission;
}
