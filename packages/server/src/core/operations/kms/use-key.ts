import type { SecretKey } from '../../crypto/index.ts';
import {
  currentMaterial,
  decryptUnder,
  encryptUnder,
  type Key,
  type KeyMaterialRecord,
  KeyringError,
  unverifiedHeader,
} from '../../keys/index.ts';
import type { AccessQuestion } from '../access-question.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';
import { openGrantToken } from './grant-tokens.ts';
import { requireState } from './key-states.ts';
import { describeKey, describeUse, findKey, resolveKey } from './resolve-key.ts';

const SYMMETRIC = 'SYMMETRIC_DEFAULT';

/** What a symmetric use of a key takes part in: the permission, and the request members that name its parts. */
export interface KeyUse {
  readonly permission: string;
  readonly context: Readonly<Record<string, string>> | undefined;
  /** Whether a ReEncrypt encrypts under the key that it decrypts with, given the id of the key in question. */
  readonly isSameKey?: (keyId: string) => boolean;
}

/**
 * Finds the key that the member `keyId` names, notes it for the record, asks policy, has the other members checked, and
 * refuses a key that is not enabled. The order is AWS's: who may not use a key learns neither its state nor what else is
 * wrong with the request.
 */
export function keyForUse(attempt: Attempt, requested: string, use: KeyUse, checkMembers: () => void): Key {
  const resolved = resolveKey(attempt, requested, use.permission);
  attempt.note.key = describeKey(attempt, resolved);
  attempt.authorize(questionOf(resolved.key, use, resolved.alias));
  checkMembers();
  requireState(attempt, resolved.key, 'Encrypt');
  attempt.note.key = describeUse(attempt, resolved.key, requested, currentMaterial(resolved.key.record).id);
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
  const secret = openMaterial(attempt, key, material);
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
  checkMembers: () => void,
): Opened {
  const header = unverifiedHeader(ciphertext);
  const { key, alias } =
    requested === undefined
      ? keyOfHeader(attempt, header?.keyId, note)
      : resolveKey(attempt, requested, use.permission, note);
  const material =
    header?.keyId === key.record.id
      ? key.record.materials.find((candidate) => candidate.id === header.keyMaterialId)
      : undefined;
  attempt.note[note] = describeUse(attempt, key, requested, material?.id);
  attempt.authorize(questionOf(key, use, alias));
  checkMembers();
  requireState(attempt, key, 'Decrypt');
  if (header === undefined) throw invalidCiphertext();
  if (header.keyId !== key.record.id) {
    const message = 'The key ID in the request does not identify a CMK that can perform this operation.';
    throw new OperationError('IncorrectKey', message);
  }
  if (material === undefined) throw invalidCiphertext();
  const secret = openMaterial(attempt, key, material);
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
 * Checks the members that every use of a key can have beside its own. Grants are good for use from the moment they are
 * made, so a grant token has to be one of ours, and adds nothing. An attestation, which this version does not have, is
 * refused: to ignore it would release something that the caller had bounded.
 *
 * @throws OperationError `InvalidGrantToken` or `Unsupported`.
 */
export function checkTokensAndRecipient(attempt: Attempt, params: Params): void {
  for (const token of params.texts('grantTokens')) openGrantToken(attempt, token);
  if (params.has('recipient')) {
    throw new OperationError('Unsupported', 'Attestation (Recipient) is not supported.');
  }
}

/**
 * A dry run without a ciphertext is another operation, which this version does not have.
 *
 * @throws OperationError `Unsupported`.
 */
export function refuseDryRunModifiers(params: Params): void {
  if (params.texts('dryRunModifiers').length > 0) {
    throw new OperationError('Unsupported', 'DryRunModifiers are not supported.');
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
  const isSameKey = use.isSameKey?.(key.record.id);
  return {
    permission: use.permission,
    resource: key.record.arn,
    key,
    grantOperation: use.permission.slice('kms:'.length),
    encryptionContext: use.context,
    conditions: {
      'kms:encryptionalgorithm': [SYMMETRIC],
      ...(alias === undefined ? {} : { 'kms:requestalias': [alias] }),
      ...(isSameKey === undefined ? {} : { 'kms:reencryptonsamekey': [String(isSameKey)] }),
    },
  };
}

/** @throws OperationError `KeyUnavailable` when the stored material does not open, which no caller can cause. */
function openMaterial(attempt: Attempt, key: Key, material: KeyMaterialRecord): SecretKey {
  try {
    return attempt.keyring.material(key.record.id, material);
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    const message = `The key material of ${key.record.arn} is not available.`;
    throw new OperationError('KeyUnavailable', message, { cause: error });
  }
}

function keyOfHeader(
  attempt: Attempt,
  keyId: string | undefined,
  note: 'key' | 'sourceKey',
): { readonly key: Key; readonly alias?: undefined } {
  if (keyId === undefined) throw invalidCiphertext();
  attempt.note[note] = { id: keyId };
  const key = findKey(attempt, keyId);
  if (key === undefined) {
    throw new OperationError(
      'AccessDenied',
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    );
  }
  return { key };
}

function invalidCiphertext(): OperationError {
  return new OperationError('InvalidCiphertext', '');
}
