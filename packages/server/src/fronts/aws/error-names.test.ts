import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as iam from '@aws-sdk/client-iam';
import * as sdk from '@aws-sdk/client-kms';
import * as sts from '@aws-sdk/client-sts';
import { cloudTrailRecord } from '../../core/audit/index.ts';
import type { OperationErrorCode } from '../../core/operations/index.ts';
import type { SignatureRefusalCode } from '../sigv4/index.ts';
import {
  kmsError,
  kmsSignatureError,
  queryError,
  type QueryServiceName,
  querySignatureError,
  webIdentityError,
} from './error-names.ts';

const CODES: Readonly<Record<OperationErrorCode, readonly [name: string, status: number]>> = {
  AccessDenied: ['AccessDeniedException', 400],
  AlreadyExists: ['AlreadyExistsException', 400],
  Conflict: ['ConflictException', 400],
  CredentialInvalid: ['UnrecognizedClientException', 400],
  DeleteConflict: ['KMSInternalException', 500],
  DependencyTimeout: ['DependencyTimeoutException', 500],
  Disabled: ['DisabledException', 400],
  DryRun: ['DryRunOperationException', 400],
  ExpiredImportToken: ['ExpiredImportTokenException', 400],
  ExpiredToken: ['ExpiredTokenException', 400],
  IdentityProviderRejectedClaim: ['KMSInternalException', 500],
  IdentityProviderUnreachable: ['KMSInternalException', 500],
  IncorrectKey: ['IncorrectKeyException', 400],
  IncorrectKeyMaterial: ['IncorrectKeyMaterialException', 400],
  InvalidAliasName: ['InvalidAliasNameException', 400],
  InvalidArn: ['InvalidArnException', 400],
  InvalidCiphertext: ['InvalidCiphertextException', 400],
  InvalidGrantId: ['InvalidGrantIdException', 400],
  InvalidGrantToken: ['InvalidGrantTokenException', 400],
  InvalidIdentityToken: ['KMSInternalException', 500],
  InvalidImportToken: ['InvalidImportTokenException', 400],
  InvalidInput: ['ValidationException', 400],
  InvalidKeyUsage: ['InvalidKeyUsageException', 400],
  InvalidMac: ['KMSInvalidMacException', 400],
  InvalidMarker: ['InvalidMarkerException', 400],
  InvalidSignature: ['KMSInvalidSignatureException', 400],
  InvalidState: ['KMSInvalidStateException', 400],
  KeyUnavailable: ['KeyUnavailableException', 500],
  LimitExceeded: ['LimitExceededException', 400],
  MalformedPolicy: ['MalformedPolicyDocumentException', 400],
  MalformedRule: ['KMSInternalException', 500],
  NotFound: ['NotFoundException', 400],
  PolicyTooLarge: ['KMSInternalException', 500],
  TagInvalid: ['TagException', 400],
  Throttled: ['ThrottlingException', 400],
  Unavailable: ['KMSInternalException', 500],
  Unmodifiable: ['KMSInternalException', 500],
  Unsupported: ['UnsupportedOperationException', 400],
  Validation: ['ValidationException', 400],
};

/** Errors of every AWS service, which the model of KMS does not list. */
const COMMON_TO_AWS: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'ThrottlingException',
  'UnrecognizedClientException',
  'ValidationException',
]);

test('every code of core has its exception, with the status of the real service', () => {
  for (const [code, [name, status]] of Object.entries(CODES)) {
    assert.ok(isCode(code));
    assert.deepEqual(kmsError(code), { name, status });
  }
});

test('every exception is one that the SDK knows, or one of every AWS service', () => {
  for (const code of Object.keys(CODES).filter(isCode)) {
    const { name } = kmsError(code);
    assert.ok(Object.hasOwn(sdk, name) || COMMON_TO_AWS.has(name), name);
  }
});

/** Errors of IAM and STS that their models do not list, but AWS documents as common to all or answers. */
const COMMON_TO_QUERY: ReadonlySet<string> = new Set([
  'AccessDenied',
  'ExpiredToken',
  'InternalFailure',
  'InvalidClientTokenId',
  'NotImplemented',
  'Throttling',
  'ValidationError',
]);

/** The codes that a service's model lists, with their statuses. */
function modelled(service: QueryServiceName): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const exported of Object.values<unknown>(service === 'iam' ? iam : sts)) {
    if (!isErrorSchema(exported)) continue;
    const [name, status] = exported[3].awsQueryError ?? [];
    if (name !== undefined && status !== undefined) found.set(name, status);
  }
  return found;
}

interface ErrorTraits {
  readonly awsQueryError?: readonly [name: string, status: number];
}

function isErrorSchema(value: unknown): value is readonly [-3, string, string, ErrorTraits] {
  return Array.isArray(value) && value[0] === -3 && typeof value[3] === 'object';
}

for (const service of ['iam', 'sts'] as const) {
  test(`every code of core is an error of ${service}'s model with its status, or one of every AWS service`, () => {
    const known = modelled(service);
    assert.ok(known.size >= 5);
    for (const code of Object.keys(CODES).filter(isCode)) {
      const { name, status } = queryError(service, code);
      if (COMMON_TO_QUERY.has(name)) continue;
      assert.equal(status, known.get(name), name);
    }
  });
}

test('IAM and STS say what they can, and the rest is an internal failure', () => {
  const cases: readonly (readonly [QueryServiceName, OperationErrorCode, name: string, status: number])[] = [
    ['iam', 'NotFound', 'NoSuchEntity', 404],
    ['iam', 'AlreadyExists', 'EntityAlreadyExists', 409],
    ['iam', 'DeleteConflict', 'DeleteConflict', 409],
    ['iam', 'LimitExceeded', 'LimitExceeded', 409],
    ['iam', 'MalformedPolicy', 'MalformedPolicyDocument', 400],
    ['iam', 'AccessDenied', 'AccessDenied', 403],
    ['iam', 'Unavailable', 'ServiceFailure', 500],
    ['iam', 'Unsupported', 'NotImplemented', 501],
    ['iam', 'InvalidCiphertext', 'InternalFailure', 500],
    ['sts', 'CredentialInvalid', 'InvalidClientTokenId', 403],
    ['sts', 'ExpiredToken', 'ExpiredToken', 403],
    ['sts', 'IdentityProviderRejectedClaim', 'IDPRejectedClaim', 403],
    ['sts', 'PolicyTooLarge', 'PackedPolicyTooLarge', 400],
    ['sts', 'Throttled', 'Throttling', 400],
    ['sts', 'Unavailable', 'InternalFailure', 500],
    ['sts', 'TagInvalid', 'InternalFailure', 500],
    ['sts', 'Validation', 'ValidationError', 400],
  ];
  for (const [service, code, name, status] of cases) {
    assert.deepEqual(queryError(service, code), { name, status });
  }
});

test('an expired identity token is another error than an expired session', () => {
  assert.deepEqual(webIdentityError('ExpiredToken'), { name: 'ExpiredTokenException', status: 400 });
  assert.equal(modelled('sts').get('ExpiredTokenException'), 400);
  assert.deepEqual(webIdentityError('InvalidIdentityToken'), { name: 'InvalidIdentityToken', status: 400 });
});

test('signatures that were not accepted have an error in each protocol', () => {
  const codes: readonly (readonly [SignatureRefusalCode, kms: string, query: string])[] = [
    ['ExpiredToken', 'ExpiredTokenException', 'ExpiredToken'],
    ['IncompleteSignature', 'IncompleteSignatureException', 'IncompleteSignature'],
    ['InvalidSignature', 'InvalidSignatureException', 'SignatureDoesNotMatch'],
    ['MissingAuthenticationToken', 'MissingAuthenticationTokenException', 'MissingAuthenticationToken'],
    ['UnrecognizedClient', 'UnrecognizedClientException', 'InvalidClientTokenId'],
  ];
  for (const [code, kms, query] of codes) {
    assert.deepEqual(kmsSignatureError(code), { name: kms, status: 400 });
    assert.deepEqual(querySignatureError(code), { name: query, status: 403 });
  }
});

function isCode(text: string): text is OperationErrorCode {
  return Object.hasOwn(CODES, text);
}

test('the record shows failures of KMS to CloudTrail’s readers as they were answered', () => {
  for (const [code, [name]] of Object.entries(CODES)) {
    // In CloudTrail a denial is the same word for all services; what KMS cannot mean is never recorded of it.
    if (code === 'AccessDenied' || (name === 'KMSInternalException' && code !== 'Unavailable')) continue;
    const event = {
      schema: 'keywitness.event/1',
      id: '',
      time: '',
      actor: { type: 'anonymous' },
      client: { address: '' },
      action: '',
      protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
      requestId: '',
      outcome: 'error',
      error: { code, message: '' },
      revision: 0,
    } as const;
    assert.equal(cloudTrailRecord(event, { account: '', region: '' }).errorCode, name, code);
  }
});
