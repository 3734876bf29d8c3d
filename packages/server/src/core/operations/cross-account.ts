/**
 * The permissions on keys that reach other accounts, where both sides allow it: those of the operations that KMS's API
 * reference says "Cross-account use: Yes" of. No policy gives any other one to a caller of another account.
 */
const ACROSS_ACCOUNTS: ReadonlySet<string> = new Set(
  [
    'CreateGrant',
    'Decapsulate',
    'Decrypt',
    'DeriveSharedSecret',
    'DescribeKey',
    'Encapsulate',
    'Encrypt',
    'GenerateDataKey',
    'GenerateDataKeyPair',
    'GenerateDataKeyPairWithoutPlaintext',
    'GenerateDataKeyWithoutPlaintext',
    'GenerateMac',
    'GetKeyRotationStatus',
    'GetPublicKey',
    'ListGrants',
    'ReEncryptFrom',
    'ReEncryptTo',
    'RetireGrant',
    'RevokeGrant',
    'Sign',
    'Verify',
    'VerifyMac',
  ].map((name) => `kms:${name.toLowerCase()}`),
);

/** Whether a permission, for example `kms:Decrypt`, can be had on a key of another account. */
export function reachesOtherAccounts(permission: string): boolean {
  return ACROSS_ACCOUNTS.has(permission.toLowerCase());
}
