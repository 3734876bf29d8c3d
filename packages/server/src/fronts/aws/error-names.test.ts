import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import type { OperationErrorCode } from '../../core/operations/index.ts';
import type { SignatureRefusalCode } from '../sigv4/index.ts';
import { kmsError, kmsSignatureError, stsError, stsSignatureError } from './error-names.ts';

const CODES: Readonly<Record<OperationErrorCode, readonly [name: string, status: number]>> = {
  AccessDenied: ['AccessDeniedException', 400],
  AlreadyExists: ['AlreadyExistsException', 400],
  CredentialInvalid: ['UnrecognizedClientException', 400],
  Disabled: ['DisabledException', 400],
  DryRun: ['DryRunOperationException', 400],
  IncorrectKey: ['IncorrectKeyException', 400],
  InvalidAliasName: ['InvalidAliasNameException', 400],
  InvalidArn: ['InvalidArnException', 400],
  InvalidCiphertext: ['InvalidCiphertextException', 400],
  InvalidGrantToken: ['InvalidGrantTokenException', 400],
  InvalidKeyUsage: ['InvalidKeyUsageException', 400],
  InvalidMarker: ['InvalidMarkerException', 400],
  InvalidState: ['KMSInvalidStateException', 400],
  KeyUnavailable: ['KeyUnavailableException', 500],
  LimitExceeded: ['LimitExceededException', 400],
  MalformedPolicy: ['MalformedPolicyDocumentException', 400],
  NotFound: ['NotFoundException', 400],
  TagInvalid: ['TagException', 400],
  Throttled: ['ThrottlingException', 400],
  Unavailable: ['KMSInternalException', 500],
  Unsupported: ['UnsupportedOperationException', 400],
  Validation: ['ValidationException', 400],
};

/** Errors of every AWS service, which the model of KMS does not list. */
const COMMON_TO_AWS: ReadonlySet<string> = new Set([
  'AccessDeniedException',
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

test('STS has few errors of its own, and what it cannot mean is an internal failure', () => {
  assert.deepEqual(stsError('CredentialInvalid'), { name: 'InvalidClientTokenId', status: 403 });
  assert.deepEqual(stsError('Throttled'), { name: 'Throttling', status: 400 });
  assert.deepEqual(stsError('Unavailable'), { name: 'InternalFailure', status: 500 });
  assert.deepEqual(stsError('TagInvalid'), { name: 'InternalFailure', status: 500 });
});

test('signatures that were not accepted have an error in each protocol', () => {
  const codes: readonly (readonly [SignatureRefusalCode, kms: string, sts: string])[] = [
    ['IncompleteSignature', 'IncompleteSignatureException', 'IncompleteSignature'],
    ['InvalidSignature', 'InvalidSignatureException', 'SignatureDoesNotMatch'],
    ['MissingAuthenticationToken', 'MissingAuthenticationTokenException', 'MissingAuthenticationToken'],
    ['UnrecognizedClient', 'UnrecognizedClientException', 'InvalidClientTokenId'],
  ];
  for (const [code, kms, sts] of codes) {
    assert.deepEqual(kmsSignatureError(code), { name: kms, status: 400 });
    assert.deepEqual(stsSignatureError(code), { name: sts, status: 403 });
  }
});

function isCode(text: string): text is OperationErrorCode {
  return Object.hasOwn(CODES, text);
}
