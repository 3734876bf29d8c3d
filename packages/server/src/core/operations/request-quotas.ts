import type { AttemptRequest } from './attempt-request.ts';
import type { Caller } from './caller.ts';
import { OperationError } from './errors.ts';
import type { Operation } from './operation.ts';
import type { Params } from './params.ts';

/** What counts against one quota: an operation of its own, or a class of them. */
export interface Counted {
  /** For example `symmetric`, or `CreateKey`. */
  readonly quota: string;
  readonly account: string;
  readonly region: string | undefined;
  readonly principalArn: string;
}

/** How fast requests may come. Kept outside of core: all threads of a service count together. */
export interface RequestQuotas {
  /** Whether one more request is within its quotas now; if so, it is counted. */
  take(counted: Counted): boolean;
}

/**
 * AWS's request quotas, requests per second of an account in a Region ("Request quotas", AWS KMS developer guide): the
 * shared ones of cryptographic operations, by class, and those of the other operations, by name.
 */
export const AWS_REQUEST_QUOTAS: Readonly<Record<string, number>> = {
  symmetric: 10_000,
  RSA: 1000,
  ECC: 1000,
  'ML-DSA': 1000,
  'ML-KEM': 1000,
  'pair-ECC': 100,
  'pair-RSA_2048': 20,
  'pair-RSA_3072': 4,
  'pair-RSA_4096': 1,
  'pair-ML-KEM': 100,
  CancelKeyDeletion: 5,
  CreateAlias: 5,
  CreateGrant: 50,
  CreateKey: 5,
  DeleteAlias: 15,
  DeleteImportedKeyMaterial: 15,
  DescribeKey: 2000,
  DisableKey: 5,
  DisableKeyRotation: 5,
  EnableKey: 5,
  EnableKeyRotation: 15,
  GetKeyLastUsage: 5,
  GetKeyPolicy: 1000,
  GetKeyRotationStatus: 1000,
  GetParametersForImport: 1,
  GetPublicKey: 2000,
  ImportKeyMaterial: 15,
  ListAliases: 500,
  ListGrants: 100,
  ListKeyPolicies: 100,
  ListKeyRotations: 100,
  ListKeys: 500,
  ListResourceTags: 2000,
  ListRetirableGrants: 100,
  PutKeyPolicy: 15,
  ReplicateKey: 5,
  RetireGrant: 50,
  RevokeGrant: 50,
  RotateKeyOnDemand: 5,
  ScheduleKeyDeletion: 15,
  TagResource: 10,
  UntagResource: 5,
  UpdateAlias: 5,
  UpdateKeyDescription: 5,
  UpdatePrimaryRegion: 5,
};

const SYMMETRIC: ReadonlySet<string> = new Set([
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'GenerateRandom',
  'VerifyMac',
]);

/** The quota that a request to KMS counts against; `undefined` for other services, which have none. */
export function quotaOf(
  { name }: Operation,
  { protocol }: AttemptRequest,
  params: Params,
): string | undefined {
  if (protocol.service !== 'kms') return undefined;
  if (SYMMETRIC.has(name)) return 'symmetric';
  switch (name) {
    case 'Decrypt':
    case 'Encrypt':
      return classOf(params.optionalText('encryptionAlgorithm'));
    case 'ReEncrypt':
      return classOf(params.optionalText('destinationEncryptionAlgorithm'));
    case 'Sign':
    case 'Verify':
      return classOf(params.optionalText('signingAlgorithm'));
    case 'DeriveSharedSecret':
      return 'ECC';
    case 'Decapsulate':
    case 'Encapsulate':
      return 'ML-KEM';
    case 'GenerateDataKeyPair':
    case 'GenerateDataKeyPairWithoutPlaintext':
      return pairQuotaOf(params.optionalText('keyPairSpec') ?? '');
    default:
      return name;
  }
}

/** The class of a key, told from the algorithm that is asked for: the key itself is not known before policy is asked. */
function classOf(algorithm: string | undefined): string {
  if (algorithm === undefined || algorithm === 'SYMMETRIC_DEFAULT') return 'symmetric';
  if (algorithm.startsWith('RSA')) return 'RSA';
  return algorithm.startsWith('ML_DSA') ? 'ML-DSA' : 'ECC';
}

function pairQuotaOf(spec: string): string {
  if (spec.startsWith('RSA_')) return `pair-${spec}`;
  return spec.startsWith('ML_KEM') ? 'pair-ML-KEM' : 'pair-ECC';
}

/** Stands for an operation that was asked for too often: asked like any other, it refuses, on the record. */
export function throttledOperation({ action, name }: Operation): Operation {
  return {
    name,
    action,
    run(): never {
      const message =
        'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.';
      throw new OperationError('Throttled', message);
    },
  };
}

/** Whether a request is within its quotas; it is counted if so. */
export function isWithinQuotas(
  quotas: RequestQuotas,
  operation: Operation,
  request: AttemptRequest,
  caller: Caller,
  params: Params,
): boolean {
  const quota = quotaOf(operation, request, params);
  if (quota === undefined) return true;
  const { principalArn } = caller;
  const account = principalArn.split(':')[4] ?? '';
  return quotas.take({ quota, account, region: request.protocol.region, principalArn });
}
