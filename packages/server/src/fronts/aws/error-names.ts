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
  Conflict: { name: 'ConflictException', status: 400 },
  CredentialInvalid: { name: 'UnrecognizedClientException', status: 400 },
  DeleteConflict: INTERNAL,
  DependencyTimeout: { name: 'DependencyTimeoutException', status: 500 },
  Disabled: { name: 'DisabledException', status: 400 },
  DryRun: { name: 'DryRunOperationException', status: 400 },
  ExpiredImportToken: { name: 'ExpiredImportTokenException', status: 400 },
  ExpiredToken: { name: 'ExpiredTokenException', status: 400 },
  IdentityProviderRejectedClaim: INTERNAL,
  IdentityProviderUnreachable: INTERNAL,
  IncorrectKey: { name: 'IncorrectKeyException', status: 400 },
  IncorrectKeyMaterial: { name: 'IncorrectKeyMaterialException', status: 400 },
  InvalidAliasName: { name: 'InvalidAliasNameException', status: 400 },
  InvalidArn: { name: 'InvalidArnException', status: 400 },
  InvalidCiphertext: { name: 'InvalidCiphertextException', status: 400 },
  InvalidGrantId: { name: 'InvalidGrantIdException', status: 400 },
  InvalidGrantToken: { name: 'InvalidGrantTokenException', status: 400 },
  InvalidIdentityToken: INTERNAL,
  InvalidImportToken: { name: 'InvalidImportTokenException', status: 400 },
  InvalidInput: { name: 'ValidationException', status: 400 },
  InvalidKeyUsage: { name: 'InvalidKeyUsageException', status: 400 },
  InvalidMac: { name: 'KMSInvalidMacException', status: 400 },
  InvalidMarker: { name: 'InvalidMarkerException', status: 400 },
  InvalidSignature: { name: 'KMSInvalidSignatureException', status: 400 },
  InvalidState: { name: 'KMSInvalidStateException', status: 400 },
  KeyUnavailable: { name: 'KeyUnavailableException', status: 500 },
  LimitExceeded: { name: 'LimitExceededException', status: 400 },
  MalformedPolicy: { name: 'MalformedPolicyDocumentException', status: 400 },
  MalformedRule: INTERNAL,
  NotFound: { name: 'NotFoundException', status: 400 },
  PolicyTooLarge: INTERNAL,
  TagInvalid: { name: 'TagException', status: 400 },
  Throttled: { name: 'ThrottlingException', status: 400 },
  Unavailable: INTERNAL,
  Unmodifiable: INTERNAL,
  Unsupported: { name: 'UnsupportedOperationException', status: 400 },
  Validation: { name: 'ValidationException', status: 400 },
};

/** What CloudTrail answers; what it cannot mean is an internal failure. */
const CLOUDTRAIL_ERRORS: Partial<Readonly<Record<OperationErrorCode, AwsErrorName>>> = {
  AccessDenied: { name: 'AccessDeniedException', status: 400 },
  CredentialInvalid: { name: 'UnrecognizedClientException', status: 400 },
  ExpiredToken: { name: 'ExpiredTokenException', status: 400 },
  InvalidInput: { name: 'InvalidTimeRangeException', status: 400 },
  InvalidMarker: { name: 'InvalidNextTokenException', status: 400 },
  NotFound: { name: 'TrailNotFoundException', status: 400 },
  Throttled: { name: 'ThrottlingException', status: 400 },
  Unsupported: { name: 'UnsupportedOperationException', status: 400 },
  Validation: { name: 'ValidationException', status: 400 },
};

/** The services that speak the AWS Query protocol. */
export type QueryServiceName = 'iam' | 'sts';

type QueryErrors = Partial<Readonly<Record<OperationErrorCode, AwsErrorName>>>;

/** What both services answer in the same way ("Common errors" of their API references). */
const QUERY_ERRORS: QueryErrors = {
  AccessDenied: { name: 'AccessDenied', status: 403 },
  CredentialInvalid: { name: 'InvalidClientTokenId', status: 403 },
  ExpiredToken: { name: 'ExpiredToken', status: 403 },
  MalformedPolicy: { name: 'MalformedPolicyDocument', status: 400 },
  Throttled: { name: 'Throttling', status: 400 },
  // Not one of the statuses that SDKs try again at.
  Unsupported: { name: 'NotImplemented', status: 501 },
  Validation: { name: 'ValidationError', status: 400 },
};

const INVALID_INPUT: AwsErrorName = { name: 'InvalidInput', status: 400 };

/** What core says, in the words of each service. What a service cannot mean is an internal failure. */
const SERVICE_ERRORS: Readonly<Record<QueryServiceName, QueryErrors>> = {
  iam: {
    ...QUERY_ERRORS,
    AlreadyExists: { name: 'EntityAlreadyExists', status: 409 },
    DeleteConflict: { name: 'DeleteConflict', status: 409 },
    IdentityProviderUnreachable: { name: 'OpenIdIdpCommunicationError', status: 400 },
    InvalidArn: INVALID_INPUT,
    InvalidInput: INVALID_INPUT,
    InvalidMarker: INVALID_INPUT,
    InvalidState: INVALID_INPUT,
    LimitExceeded: { name: 'LimitExceeded', status: 409 },
    NotFound: { name: 'NoSuchEntity', status: 404 },
    TagInvalid: INVALID_INPUT,
    Unavailable: { name: 'ServiceFailure', status: 500 },
    Unmodifiable: { name: 'UnmodifiableEntity', status: 400 },
  },
  sts: {
    ...QUERY_ERRORS,
    IdentityProviderRejectedClaim: { name: 'IDPRejectedClaim', status: 403 },
    IdentityProviderUnreachable: { name: 'IDPCommunicationError', status: 400 },
    InvalidArn: { name: 'ValidationError', status: 400 },
    InvalidIdentityToken: { name: 'InvalidIdentityToken', status: 400 },
    InvalidInput: { name: 'ValidationError', status: 400 },
    PolicyTooLarge: { name: 'PackedPolicyTooLarge', status: 400 },
  },
};

const SIGNATURE_ERRORS: Readonly<Record<SignatureRefusalCode, string>> = {
  CrossSiteRequest: 'CrossSiteRequest',
  ExpiredToken: 'ExpiredTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
  InvalidSignature: 'InvalidSignatureException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  UnrecognizedClient: 'UnrecognizedClientException',
};

const QUERY_SIGNATURE_ERRORS: Readonly<Record<SignatureRefusalCode, string>> = {
  CrossSiteRequest: 'CrossSiteRequest',
  ExpiredToken: 'ExpiredToken',
  IncompleteSignature: 'IncompleteSignature',
  InvalidSignature: 'SignatureDoesNotMatch',
  MissingAuthenticationToken: 'MissingAuthenticationToken',
  UnrecognizedClient: 'InvalidClientTokenId',
};

/** KMS's exception for a refusal of core. */
export function kmsError(code: OperationErrorCode): AwsErrorName {
  return KMS_ERRORS[code];
}

/** CloudTrail's exception for a refusal of core. */
export function cloudTrailError(code: OperationErrorCode): AwsErrorName {
  return CLOUDTRAIL_ERRORS[code] ?? { name: 'InternalFailure', status: 500 };
}

/** IAM's or STS's error for a refusal of core. */
export function queryError(service: QueryServiceName, code: OperationErrorCode): AwsErrorName {
  return SERVICE_ERRORS[service][code] ?? { name: 'InternalFailure', status: 500 };
}

/** STS's error for an identity token that was refused: an expired one is told from an expired session. */
export function webIdentityError(code: OperationErrorCode): AwsErrorName {
  if (code === 'ExpiredToken') return { name: 'ExpiredTokenException', status: 400 };
  return queryError('sts', code);
}

/** The exception of KMS and CloudTrail for a signature that was not accepted. AWS knows no cross-site requests. */
export function kmsSignatureError(code: SignatureRefusalCode): AwsErrorName {
  return { name: SIGNATURE_ERRORS[code], status: code === 'CrossSiteRequest' ? 403 : 400 };
}

/** IAM's and STS's error for a signature that was not accepted. */
export function querySignatureError(code: SignatureRefusalCode): AwsErrorName {
  return { name: QUERY_SIGNATURE_ERRORS[code], status: 403 };
}
