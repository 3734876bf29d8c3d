import type { AuditEvent, ProtocolOperation } from '../event.ts';

/** First words of operations that change something; all others only read, or use a key. */
const WRITES =
  /^(?:Accept|Acknowledge|Add|Assign|Associate|Attach|Bootstrap|Cancel|Change|Comment|Connect|Create|Deactivate|Delete|Detach|Disable|Disconnect|Enable|Expire|Forget|Import|Put|Raise|Register|Remove|Rename|Reopen|Replicate|Resolve|Resync|Retire|Revoke|Rotate|Schedule|Set|Start|Stop|Tag|Untag|Update|Upload)(?![a-z])/;

/** CloudTrail's words for refusals that core has names of its own for; others end in `Exception` and are the same. */
const ERROR_CODES: Readonly<Record<string, string>> = {
  // KMS answers `AccessDeniedException`; in CloudTrail it is this for all services.
  AccessDenied: 'AccessDenied',
  CredentialInvalid: 'UnrecognizedClientException',
  DryRun: 'DryRunOperationException',
  InvalidInput: 'ValidationException',
  InvalidMac: 'KMSInvalidMacException',
  InvalidSignature: 'KMSInvalidSignatureException',
  InvalidState: 'KMSInvalidStateException',
  MalformedPolicy: 'MalformedPolicyDocumentException',
  TagInvalid: 'TagException',
  Throttled: 'ThrottlingException',
  Unavailable: 'KMSInternalException',
  Unsupported: 'UnsupportedOperationException',
  Validation: 'ValidationException',
};

/** Where IAM and STS have other words than KMS. */
const IDENTITY_ERROR_CODES: Readonly<Record<string, string>> = {
  AlreadyExists: 'EntityAlreadyExistsException',
  IdentityProviderRejectedClaim: 'IDPRejectedClaimException',
  IdentityProviderUnreachable: 'IDPCommunicationErrorException',
  InvalidInput: 'InvalidInputException',
  InvalidState: 'InvalidInputException',
  NotFound: 'NoSuchEntityException',
  PolicyTooLarge: 'PackedPolicyTooLargeException',
  TagInvalid: 'InvalidInputException',
  Unavailable: 'ServiceFailureException',
  Unmodifiable: 'UnmodifiableEntityException',
};

/** The service as `eventSource` names it: AWS's own by their host names, ours by one that nobody can have. */
export function eventSourceOf({ front, service }: ProtocolOperation): string {
  return front === 'aws' ? `${service}.amazonaws.com` : 'keywitness.internal';
}

/** Whether the operation changes nothing. As in CloudTrail, the use of a key is a reading act. */
export function isReadOnly({ operation }: ProtocolOperation): boolean {
  return !WRITES.test(operation);
}

/** CloudTrail's word for why an attempt failed. */
export function errorCodeOf({ error, protocol }: AuditEvent): string | undefined {
  if (error === undefined) return undefined;
  const isIdentity = protocol.service === 'iam' || protocol.service === 'sts';
  const known = (isIdentity ? IDENTITY_ERROR_CODES[error.code] : undefined) ?? ERROR_CODES[error.code];
  if (known !== undefined) return known;
  // What a front refused itself is recorded in its protocol's words already.
  return error.code.endsWith('Exception') || protocol.front !== 'aws' || isFrontRefusal(error.code)
    ? error.code
    : `${error.code}Exception`;
}

/** Words that IAM, STS and HTTP refuse requests with before an operation is asked. */
function isFrontRefusal(code: string): boolean {
  return FRONT_REFUSALS.has(code);
}

const FRONT_REFUSALS: ReadonlySet<string> = new Set([
  'IncompleteSignature',
  'InvalidAction',
  'InvalidClientTokenId',
  'MalformedQueryString',
  'MissingAction',
  'MissingAuthenticationToken',
  'SignatureDoesNotMatch',
]);
