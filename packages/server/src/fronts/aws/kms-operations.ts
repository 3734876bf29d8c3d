import {
  CancelKeyDeletion$,
  CreateAlias$,
  CreateGrant$,
  CreateKey$,
  Decrypt$,
  DeleteAlias$,
  DescribeKey$,
  DisableKey$,
  EnableKey$,
  Encrypt$,
  GenerateDataKey$,
  GenerateDataKeyWithoutPlaintext$,
  GenerateRandom$,
  GetKeyPolicy$,
  GetKeyRotationStatus$,
  ListAliases$,
  ListGrants$,
  ListKeys$,
  ListResourceTags$,
  ListRetirableGrants$,
  PutKeyPolicy$,
  ReEncrypt$,
  RetireGrant$,
  RevokeGrant$,
  ScheduleKeyDeletion$,
  TagResource$,
  UntagResource$,
  UpdateAlias$,
} from '@aws-sdk/client-kms';
import { kmsOperations, type Operation } from '../../core/operations/index.ts';
import { compileReadBody, type ReadBody } from './read-request.ts';
import { compileWriteBody, type WriteBody } from './write-response.ts';

/** An operation of KMS that we offer: how it reads, what it does, how it answers. */
export interface KmsOperation {
  readonly operation: Operation;
  readonly readBody: ReadBody;
  readonly writeBody: WriteBody;
}

/** A row for each operation that we offer: the SDK's schema; core has the operation of the same name. */
const SCHEMAS = [
  CancelKeyDeletion$,
  CreateAlias$,
  CreateGrant$,
  CreateKey$,
  Decrypt$,
  DeleteAlias$,
  DescribeKey$,
  DisableKey$,
  EnableKey$,
  Encrypt$,
  GenerateDataKey$,
  GenerateDataKeyWithoutPlaintext$,
  GenerateRandom$,
  GetKeyPolicy$,
  GetKeyRotationStatus$,
  ListAliases$,
  ListGrants$,
  ListKeys$,
  ListResourceTags$,
  ListRetirableGrants$,
  PutKeyPolicy$,
  ReEncrypt$,
  RetireGrant$,
  RevokeGrant$,
  ScheduleKeyDeletion$,
  TagResource$,
  UntagResource$,
  UpdateAlias$,
];

/** The operations that KMS has and we do not. */
export const unsupportedKmsOperations: ReadonlySet<string> = new Set([
  'ConnectCustomKeyStore',
  'CreateCustomKeyStore',
  'Decapsulate',
  'DeleteCustomKeyStore',
  'DeleteImportedKeyMaterial',
  'DeriveSharedSecret',
  'DescribeCustomKeyStores',
  'DisableKeyRotation',
  'DisconnectCustomKeyStore',
  'EnableKeyRotation',
  'Encapsulate',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateMac',
  'GetKeyLastUsage',
  'GetParametersForImport',
  'GetPublicKey',
  'ImportKeyMaterial',
  'ListKeyPolicies',
  'ListKeyRotations',
  'ReplicateKey',
  'RotateKeyOnDemand',
  'Sign',
  'UpdateCustomKeyStore',
  'UpdateKeyDescription',
  'UpdatePrimaryRegion',
  'Verify',
  'VerifyMac',
]);

/** Compiles every operation that we offer, once per thread. */
export function compileKmsOperations(): ReadonlyMap<string, KmsOperation> {
  return new Map(SCHEMAS.map((schema) => [schema[2], compileOne(schema)]));
}

function compileOne([, , name, , input, output]: (typeof SCHEMAS)[number]): KmsOperation {
  const operation = kmsOperations.get(name);
  if (operation === undefined) throw new TypeError(`core has no operation \`${name}\``);
  return { operation, readBody: compileReadBody(input), writeBody: compileWriteBody(output) };
}
