import type { KeyUsage } from '../../crypto/index.ts';
import type { KeyState } from '../../keys/index.ts';
import type { Operation } from '../operation.ts';
import { cancelKeyDeletion } from './cancel-key-deletion.ts';
import { createAlias } from './create-alias.ts';
import { createGrant } from './create-grant.ts';
import { createKey } from './create-key.ts';
import { decapsulate } from './decapsulate.ts';
import { decrypt } from './decrypt.ts';
import { deleteAlias } from './delete-alias.ts';
import { deleteImportedKeyMaterial } from './delete-imported-key-material.ts';
import { deriveSharedSecret } from './derive-shared-secret.ts';
import { describeKeyOperation } from './describe-key.ts';
import { disableKeyRotation } from './disable-key-rotation.ts';
import { disableKey } from './disable-key.ts';
import { enableKeyRotation } from './enable-key-rotation.ts';
import { enableKey } from './enable-key.ts';
import { encapsulate } from './encapsulate.ts';
import { encrypt } from './encrypt.ts';
import { generateDataKeyPair, generateDataKeyPairWithoutPlaintext } from './generate-data-key-pair.ts';
import { generateDataKey, generateDataKeyWithoutPlaintext } from './generate-data-key.ts';
import { generateMac } from './generate-mac.ts';
import { generateRandom } from './generate-random.ts';
import { getKeyLastUsage } from './get-key-last-usage.ts';
import { getKeyPolicy } from './get-key-policy.ts';
import { getKeyRotationStatus } from './get-key-rotation-status.ts';
import { getParametersForImport } from './get-parameters-for-import.ts';
import { getPublicKey } from './get-public-key.ts';
import { importKeyMaterial } from './import-key-material.ts';
import { listAliases } from './list-aliases.ts';
import { listGrants } from './list-grants.ts';
import { listKeyPolicies } from './list-key-policies.ts';
import { listKeyRotations } from './list-key-rotations.ts';
import { listKeys } from './list-keys.ts';
import { listResourceTags } from './list-resource-tags.ts';
import { listRetirableGrants } from './list-retirable-grants.ts';
import { putKeyPolicy } from './put-key-policy.ts';
import { reEncrypt } from './re-encrypt.ts';
import { replicateKey } from './replicate-key.ts';
import { retireGrant } from './retire-grant.ts';
import { revokeGrant } from './revoke-grant.ts';
import { rotateKeyOnDemand } from './rotate-key-on-demand.ts';
import { scheduleKeyDeletion } from './schedule-key-deletion.ts';
import { sign } from './sign.ts';
import { tagResource } from './tag-resource.ts';
import { untagResource } from './untag-resource.ts';
import { updateAlias } from './update-alias.ts';
import { updateKeyDescription } from './update-key-description.ts';
import { updatePrimaryRegion } from './update-primary-region.ts';
import { verifyMac } from './verify-mac.ts';
import { verify } from './verify.ts';
import { isKeyOperation, statesOf } from './key-states.ts';

/** An operation of the AWS KMS API, and what is said of it beside its code. */
export interface KmsOperationRow {
  readonly name: string;
  /** What it does; `later` when this version does not have it: then it is refused, and that is recorded. */
  readonly operation: Operation | 'later';
  /** What policy is asked, for example `kms:Decrypt`. */
  readonly permissions: readonly string[];
  /** What a key must be made for; absent when that does not matter, or there is no key. */
  readonly usage?: KeyUsage | 'any pair';
  /** The states of keys that it works with; absent when it works with no key. */
  readonly states?: readonly KeyState[];
}

type Told = Pick<KmsOperationRow, 'permissions' | 'usage'>;

/** The API, by name: a row for each of its operations. Those of one group are asked for under their own names. */
export const kmsOperationTable: readonly KmsOperationRow[] = [
  row('CancelKeyDeletion', cancelKeyDeletion),
  row('ConnectCustomKeyStore', 'later'),
  row('CreateAlias', createAlias),
  row('CreateCustomKeyStore', 'later'),
  row('CreateGrant', createGrant),
  row('CreateKey', createKey, { permissions: ['kms:CreateKey', 'kms:TagResource'] }),
  row('Decapsulate', decapsulate, { usage: 'ENCAPSULATE_DECAPSULATE' }),
  row('Decrypt', decrypt, { usage: 'ENCRYPT_DECRYPT' }),
  row('DeleteAlias', deleteAlias),
  row('DeleteCustomKeyStore', 'later'),
  row('DeleteImportedKeyMaterial', deleteImportedKeyMaterial),
  row('DeriveSharedSecret', deriveSharedSecret, { usage: 'KEY_AGREEMENT' }),
  row('DescribeCustomKeyStores', 'later'),
  row('DescribeKey', describeKeyOperation),
  row('DisableKey', disableKey),
  row('DisableKeyRotation', disableKeyRotation),
  row('DisconnectCustomKeyStore', 'later'),
  row('EnableKey', enableKey),
  row('EnableKeyRotation', enableKeyRotation),
  row('Encapsulate', encapsulate, { usage: 'ENCAPSULATE_DECAPSULATE' }),
  row('Encrypt', encrypt, { usage: 'ENCRYPT_DECRYPT' }),
  row('GenerateDataKey', generateDataKey, { usage: 'ENCRYPT_DECRYPT' }),
  row('GenerateDataKeyPair', generateDataKeyPair, { usage: 'ENCRYPT_DECRYPT' }),
  row('GenerateDataKeyPairWithoutPlaintext', generateDataKeyPairWithoutPlaintext, {
    usage: 'ENCRYPT_DECRYPT',
  }),
  row('GenerateDataKeyWithoutPlaintext', generateDataKeyWithoutPlaintext, { usage: 'ENCRYPT_DECRYPT' }),
  row('GenerateMac', generateMac, { usage: 'GENERATE_VERIFY_MAC' }),
  row('GenerateRandom', generateRandom),
  row('GetKeyLastUsage', getKeyLastUsage),
  row('GetKeyPolicy', getKeyPolicy),
  row('GetKeyRotationStatus', getKeyRotationStatus),
  row('GetParametersForImport', getParametersForImport),
  row('GetPublicKey', getPublicKey, { usage: 'any pair' }),
  row('ImportKeyMaterial', importKeyMaterial),
  row('ListAliases', listAliases),
  row('ListGrants', listGrants),
  row('ListKeyPolicies', listKeyPolicies),
  row('ListKeyRotations', listKeyRotations),
  row('ListKeys', listKeys),
  row('ListResourceTags', listResourceTags),
  row('ListRetirableGrants', listRetirableGrants),
  row('PutKeyPolicy', putKeyPolicy),
  row('ReEncrypt', reEncrypt, {
    permissions: ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    usage: 'ENCRYPT_DECRYPT',
  }),
  row('ReplicateKey', replicateKey, {
    permissions: ['kms:ReplicateKey', 'kms:CreateKey', 'kms:TagResource'],
  }),
  row('RetireGrant', retireGrant),
  row('RevokeGrant', revokeGrant),
  row('RotateKeyOnDemand', rotateKeyOnDemand),
  row('ScheduleKeyDeletion', scheduleKeyDeletion),
  row('Sign', sign, { usage: 'SIGN_VERIFY' }),
  row('TagResource', tagResource),
  row('UntagResource', untagResource),
  row('UpdateAlias', updateAlias),
  row('UpdateCustomKeyStore', 'later'),
  row('UpdateKeyDescription', updateKeyDescription),
  row('UpdatePrimaryRegion', updatePrimaryRegion),
  row('Verify', verify, { usage: 'SIGN_VERIFY' }),
  row('VerifyMac', verifyMac, { usage: 'GENERATE_VERIFY_MAC' }),
];

function row(name: string, operation: Operation | 'later', told: Partial<Told> = {}): KmsOperationRow {
  return {
    name,
    operation,
    permissions: [`kms:${name}`],
    ...(isKeyOperation(name) ? { states: statesOf(name) } : {}),
    ...told,
  };
}
