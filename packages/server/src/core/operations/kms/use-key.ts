import { currentMaterial, decryptUnder, encryptUnder, type Key, unverifiedHeader } from '../../keys/index.ts';
import type { AccessQuestion, Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';
import { describeKey, describeUse, findKey, requireEnabled, resolveKey } from './resolve-key.ts';

const SYMMETRIC = 'SYMMETRIC_DEFAULT';

/** What a symmetric use of a key takes part in: the permission, and the request members that name its parts. */
export interface KeyUse {
  readonly permission: string;
  readonly context: Readonly<Record<string, string>> | undefined;
}

/**
 * Finds the key that the member `keyId` names, notes it for the record, asks policy, and refuses a key that is not
 * enabled. The order is AWS's: who may not use a key does not learn its state.
 */
export function keyForUse(attempt: Attempt, requested: string, use: KeyUse): Key {
  const resolved = resolveKey(attempt, requested);
  attempt.note.key = describeKey(resolved);
  attempt.authorize(questionOf(resolved.key, use, resolved.alias));
  requireEnabled(resolved.key);
  attempt.note.key = describeUse(resolved.key, requested, currentMaterial(resolved.key.record).id);
  return resolved.key;
}

/** Encrypts under the key's current material. */
export function encryptWith(
  attempt: Attempt,
  key: Key,
  context: KeyUse['context'],
  plaintext: Uint8Array,
): Uint8Array {
  const material = currentMaterial(key.record);
  const secret = attempt.keyring.material(key.record.id, material);
  const header = { keyId: key.record.id, keyMaterialId: material.id };
  return encryptUnder(secret, header, context, plaintext, attempt.entropy);
}

/** A ciphertext opened: which key and material it was under, and what was in it. */
export interface Opened {
  readonly key: Key;
  readonly materialId: string;
  readonly plaintext: Uint8Array;
}

/**
 * Opens a ciphertext for Decrypt and ReEncrypt: find the key that it names, ask policy, check the key's state, and
 * only then open it. Whatever is wrong with the bytes or the context looks the same.
 */
export function openCiphertext(
  attempt: Attempt,
  ciphertext: Uint8Array,
  requested: string | undefined,
  use: KeyUse,
  note: 'key' | 'sourceKey',
): Opened {
  const header = unverifiedHeader(ciphertext);
  const key = requested === undefined ? keyOfHeader(attempt, header?.keyId) : namedKey(attempt, requested, note);
  attempt.note[note] = describeUse(key, requested, header?.keyMaterialId ?? '');
  attempt.authorize(questionOf(key, use, undefined));
  requireEnabled(key);
  if (header === undefined) throw invalidCiphertext();
  if (header.keyId !== key.record.id) {
    const message = 'The key ID in the request does not identify a CMK that can perform this operation.';
    throw new OperationError('IncorrectKey', message);
  }
  const material = key.record.materials.find((candidate) => candidate.id === header.keyMaterialId);
  if (material === undefined) throw invalidCiphertext();
  const secret = attempt.keyring.material(key.record.id, material);
  const plaintext = decryptUnder(secret, ciphertext, use.context);
  if (plaintext === undefined) throw invalidCiphertext();
  return { key, materialId: material.id, plaintext };
}

/** @throws OperationError for an algorithm that symmetric keys do not have. */
export function requireSymmetricAlgorithm(params: Params, member: string): void {
  const algorithm = params.optionalText(member) ?? SYMMETRIC;
  if (algorithm !== SYMMETRIC) {
    const message = `Algorithm ${algorithm} is incompatible with key spec ${SYMMETRIC}.`;
    throw new OperationError('InvalidKeyUsage', message);
  }
}

/**
 * Refuses members whose meaning this version does not have: ignoring a grant token or an attestation would grant
 * or release something that the caller had bounded.
 *
 * @throws OperationError `InvalidGrantToken` or `Unsupported`.
 */
export function refuseUnsupportedMembers(params: Params): void {
  if (params.texts('grantTokens').length > 0) {
    throw new OperationError('InvalidGrantToken', 'The grant token is not valid: this service has issued none.');
  }
  if (params.has('recipient')) {
    throw new OperationError('Unsupported', 'Attestation (Recipient) is not supported.');
  }
}

/** @throws OperationError `DryRun` when the caller asked only whether the operation would succeed. */
export function endDryRun(params: Params): void {
  if (params.flag('dryRun')) {
    throw new OperationError('DryRun', 'The request would have succeeded, but the DryRun option is set.');
  }
}

/** The algorithm name of every symmetric key. */
export const SYMMETRIC_ALGORITHM: string = SYMMETRIC;

function questionOf(key: Key, use: KeyUse, alias: string | undefined): AccessQuestion {
  return {
    permission: use.permission,
    resource: key.record.arn,
    key,
    encryptionContext: use.context,
    ...(alias === undefined ? {} : { conditions: { 'kms:requestalias': [alias] } }),
  };
}

function namedKey(attempt: Attempt, requested: string, note: 'key' | 'sourceKey'): Key {
  const resolved = resolveKey(attempt, requested);
  attempt.note[note] = describeKey(resolved);
  return resolved.key;
}

function keyOfHeader(attempt: Attempt, keyId: string | undefined): Key {
  if (keyId === undefined) throw invalidCiphertext();
  const key = findKey(attempt, keyId);
  if (key === undefined) {
    throw new OperationError(
      'AccessDenied',
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    );
  }
  return key;
}

function invalidCiphertext(): OperationError {
  return new OperationError('InvalidCiphertext', '');
}
