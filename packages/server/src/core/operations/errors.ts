/** Why an operation was refused. Fronts map these to their protocol's errors in one table. */
export type OperationErrorCode =
  | 'AccessDenied'
  | 'AlreadyExists'
  | 'Conflict'
  | 'CredentialInvalid'
  | 'DeleteConflict'
  | 'DependencyTimeout'
  | 'Disabled'
  | 'DryRun'
  | 'ExpiredImportToken'
  | 'ExpiredToken'
  | 'IdentityProviderRejectedClaim'
  | 'IdentityProviderUnreachable'
  | 'IncorrectKey'
  | 'IncorrectKeyMaterial'
  | 'InvalidAliasName'
  | 'InvalidArn'
  | 'InvalidCiphertext'
  | 'InvalidGrantId'
  | 'InvalidGrantToken'
  | 'InvalidIdentityToken'
  | 'InvalidImportToken'
  | 'InvalidInput'
  | 'InvalidKeyUsage'
  | 'InvalidMac'
  | 'InvalidMarker'
  | 'InvalidSignature'
  | 'InvalidState'
  | 'KeyUnavailable'
  | 'LimitExceeded'
  | 'MalformedPolicy'
  | 'MalformedRule'
  | 'NotFound'
  | 'PolicyTooLarge'
  | 'TagInvalid'
  | 'Throttled'
  | 'Unavailable'
  | 'Unmodifiable'
  | 'Unsupported'
  | 'Validation';

/**
 * A refusal: the caller's fault or the world's. The message is what the caller is told, in AWS's words where AWS
 * has them, and is part of the record; it never holds a secret.
 */
export class OperationError extends Error {
  readonly code: OperationErrorCode;

  constructor(code: OperationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OperationError';
    this.code = code;
  }
}
