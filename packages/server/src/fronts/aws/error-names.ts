import type { OperationErrorCode } from '../../core/operations/index.ts';
import type { SignatureRefusalCode } from '../sigv4/index.ts';

/** An error as AWS names it, with its status: 400 unless it is the service's own trouble. */
export interface AwsErrorName {
  readonly name: string;
  readonly status: number;
}

const INTERNAL: AwsErrorName = { name: 'KMSInternalException', status: 500 };

/** The one table from core's codes to KMS's exceptions. SDKs try those of 500 again. */
const KMS_ERRORS: Readonly<Record<OperationErrorCode, AwsErrorName>> = {
  AccessDenied: { name: 'AccessDeniedException', status: 400 },
  AlreadyExists: { name: 'AlreadyExistsException', status: 400 },
  CredentialInvalid: { name: 'UnrecognizedClientException', status: 400 },
  Disabled: { name: 'DisabledException', status: 400 },
  DryRun: { name: 'DryRunOperationException', status: 400 },
  IncorrectKey: { name: 'IncorrectKeyException', status: 400 },
  InvalidAliasName: { name: 'InvalidAliasNameException', status: 400 },
  InvalidArn: { name: 'InvalidArnException', status: 400 },
  InvalidCiphertext: { name: 'InvalidCiphertextException', status: 400 },
  InvalidGrantToken: { name: 'InvalidGrantTokenException', status: 400 },
  InvalidKeyUsage: { name: 'InvalidKeyUsageException', status: 400 },
  InvalidMarker: { name: 'InvalidMarkerException', status: 400 },
  InvalidState: { name: 'KMSInvalidStateException', status: 400 },
  KeyUnavailable: { name: 'KeyUnavailableException', status: 500 },
  LimitExceeded: { name: 'LimitExceededException', status: 400 },
  MalformedPolicy: { name: 'MalformedPolicyDocumentException', status: 400 },
  NotFound: { name: 'NotFoundException', status: 400 },
  TagInvalid: { name: 'TagException', status: 400 },
  Throttled: { name: 'ThrottlingException', status: 400 },
  Unavailable: INTERNAL,
  Unsupported: { name: 'UnsupportedOperationException', status: 400 },
  Validation: { name: 'ValidationException', status: 400 },
};

/** STS knows few errors of its own; GetCallerIdentity has no others. */
const STS_ERRORS: Partial<Readonly<Record<OperationErrorCode, AwsErrorName>>> = {
  AccessDenied: { name: 'AccessDenied', status: 403 },
  CredentialInvalid: { name: 'InvalidClientTokenId', status: 403 },
  Throttled: { name: 'Throttling', status: 400 },
  Validation: { name: 'ValidationError', status: 400 },
};

const KMS_SIGNATURE_ERRORS: Readonly<Record<SignatureRefusalCode, string>> = {
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidSignature: 'InvalidSignatureException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  UnrecognizedClient: 'UnrecognizedClientException',
};

const STS_SIGNATURE_ERRORS: Readonly<Record<SignatureRefusalCode, string>> = {
  IncompleteSignature: 'IncompleteSignature',
  InvalidSignature: 'SignatureDoesNotMatch',
  MissingAuthenticationToken: 'MissingAuthenticationToken',
  UnrecognizedClient: 'InvalidClientTokenId',
};

/** KMS's exception for a refusal of core. */
export function kmsError(code: OperationErrorCode): AwsErrorName {
  return KMS_ERRORS[code];
}

/** STS's error for a refusal of core. */
export function stsError(code: OperationErrorCode): AwsErrorName {
  return STS_ERRORS[code] ?? { name: 'InternalFailure', status: 500 };
}

/** KMS's exception for a signature that was not accepted. */
export function kmsSignatureError(code: SignatureRefusalCode): AwsErrorName {
  return { name: KMS_SIGNATURE_ERRORS[code], status: 400 };
}

/** STS's error for a signature that was not accepted. */
export function stsSignatureError(code: SignatureRefusalCode): AwsErrorName {
  return { name: STS_SIGNATURE_ERRORS[code], status: 403 };
}
