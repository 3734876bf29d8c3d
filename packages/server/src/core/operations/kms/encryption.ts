import { keyAlgorithm, type PublicEncryptionAlgorithm, sha256Hex } from '../../crypto/index.ts';
import {
  type CiphertextHeader,
  currentMaterial,
  decryptUnder,
  encryptUnder,
  findCurrentMaterial,
  type Key,
  unverifiedHeader,
} from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { askAlgorithm, openedKey, partOf, symmetricMaterial } from './key-material.ts';
import { requireState } from './key-states.ts';
import { describeUse, findKey, resolveKey } from './resolve-key.ts';
import { algorithmFrom, type KeyUse, permissionOf, questionOf, requireUsage } from './use-key.ts';

/** The algorithm of symmetric keys, and what a request means that names none. */
export const SYMMETRIC_ALGORITHM = 'SYMMETRIC_DEFAULT';

/** A use of a key for encryption, with the algorithm that the request names. */
export interface EncryptionUse extends KeyUse {
  readonly algorithm: string;
}

/** Describes a use of a key for encryption. */
export function encryptionUse(
  use: Pick<KeyUse, 'context' | 'isSameKey' | 'operation' | 'permission'>,
  algorithm: string,
  conditions: KeyUse['conditions'] = {},
): EncryptionUse {
  return {
    ...use,
    usage: 'ENCRYPT_DECRYPT',
    algorithm,
    conditions: { 'kms:encryptionalgorithm': [algorithm], ...conditions },
  };
}

/**
 * Refuses what a key's algorithm cannot do, before anything is done.
 *
 * @throws OperationError `InvalidKeyUsage`, or `Validation` for a context that nothing would be bound to.
 */
export function requireEncryption(key: Key, { algorithm, context }: EncryptionUse): void {
  algorithmFrom(key, keyAlgorithm(key.record.spec).encryptionAlgorithms, algorithm);
  if (algorithm === SYMMETRIC_ALGORITHM || context === undefined || Object.keys(context).length === 0) return;
  const message = `EncryptionContext is not supported with the encryption algorithm ${algorithm}.`;
  throw new OperationError('Validation', message);
}

/**
 * Data keys are encrypted under symmetric keys alone.
 *
 * @throws OperationError `InvalidKeyUsage`, in AWS's words.
 */
export function requireSymmetricKey({ record: { spec } }: Key): void {
  if (spec === 'SYMMETRIC_DEFAULT') return;
  throw new OperationError('InvalidKeyUsage', 'You cannot generate a data key with an asymmetric CMK');
}

/** Encrypts under the key's current material, and notes what was made. Ask {@link requireEncryption} before. */
export function encryptWith(
  attempt: Attempt,
  key: Key,
  use: Pick<EncryptionUse, 'algorithm' | 'context'>,
  plaintext: Uint8Array,
): Uint8Array {
  const ciphertext = encrypted(attempt, key, use, plaintext);
  attempt.note.ciphertextId = ciphertextId(ciphertext);
  return ciphertext;
}

/** The name that events have for a ciphertext: whoever has it can compute it, and nobody can go back from it. */
function ciphertextId(ciphertext: Uint8Array): string {
  return sha256Hex(ciphertext).slice(0, CIPHERTEXT_ID_DIGITS);
}

const CIPHERTEXT_ID_DIGITS = 32;

function encrypted(
  attempt: Attempt,
  key: Key,
  { algorithm, context }: Pick<EncryptionUse, 'algorithm' | 'context'>,
  plaintext: Uint8Array,
): Uint8Array {
  if (isPublicEncryption(algorithm)) {
    const encryption = partOf(openedKey(attempt, key).encryption, key);
    return askAlgorithm(() => encryption.encrypt(algorithm, plaintext, attempt.entropy));
  }
  const material = currentMaterial(key.record);
  const secret = symmetricMaterial(attempt, key, material);
  const header = { keyId: key.record.id, keyMaterialId: material.id };
  return encryptUnder(secret, header, context, plaintext, attempt.entropy);
}

function isPublicEncryption(algorithm: string): algorithm is PublicEncryptionAlgorithm {
  return algorithm !== SYMMETRIC_ALGORITHM;
}

/** A ciphertext opened: which key and material it was under, and what was in it. */
export interface Opened {
  readonly key: Key;
  /** Absent when the key is a pair: its material has no name in the answer. */
  readonly materialId?: string;
  readonly plaintext: Uint8Array;
  /** Nothing was opened, because it was to be ignored. */
  readonly isIgnored?: true;
}

/** A ciphertext that is to be opened, by the key that the request names, if it names one. */
export interface Sealed {
  /** Absent in a dry run that ignores it. */
  readonly ciphertext: Uint8Array | undefined;
  readonly requested: string | undefined;
  readonly note: 'key' | 'sourceKey';
}

/**
 * Opens a ciphertext for Decrypt and ReEncrypt: find the key that it names, ask policy, check the key's state, and
 * only then open it. Whatever is wrong with the bytes or the context looks the same. A ciphertext that is to be ignored
 * opens as nothing.
 */
export function openCiphertext(
  attempt: Attempt,
  { ciphertext, note, requested }: Sealed,
  use: EncryptionUse,
  checkMembers: () => void,
): Opened {
  if (ciphertext !== undefined) {
    attempt.note[note === 'key' ? 'ciphertextId' : 'sourceCiphertextId'] = ciphertextId(ciphertext);
  }
  const isSymmetric = use.algorithm === SYMMETRIC_ALGORITHM;
  const header = isSymmetric && ciphertext !== undefined ? unverifiedHeader(ciphertext) : undefined;
  const { key, alias } =
    requested === undefined
      ? keyOfHeader(attempt, header?.keyId, use, note)
      : resolveKey(attempt, requested, permissionOf(use), note);
  const named = header?.keyId === key.record.id ? header.keyMaterialId : undefined;
  const material = isSymmetric
    ? key.record.materials.find(({ id }) => id === named)
    : findCurrentMaterial(key.record);
  attempt.note[note] = describeUse(attempt, key, requested, material?.id);
  attempt.authorize(questionOf(key, use, alias));
  checkMembers();
  if (isSymmetric && ciphertext !== undefined) requireNamed(key, header);
  requireUsage(key, use);
  requireState(attempt, key, use.operation);
  requireEncryption(key, use);
  if (ciphertext === undefined) return { key, plaintext: new Uint8Array(0), isIgnored: true };
  if (!isSymmetric) return { key, plaintext: openPublic(attempt, key, use.algorithm, ciphertext) };
  if (material === undefined) throw invalidCiphertext();
  const secret = symmetricMaterial(attempt, key, material);
  const plaintext = decryptUnder(secret, ciphertext, use.context);
  if (plaintext === undefined) throw invalidCiphertext();
  return { key, materialId: material.id, plaintext };
}

/** Whether a ciphertext is one at all, and this key's, is told before anything about the key: the order is AWS's. */
function requireNamed({ record }: Key, header: CiphertextHeader | undefined): void {
  if (header === undefined) throw invalidCiphertext();
  if (header.keyId === record.id) return;
  const message = 'The key ID in the request does not identify a CMK that can perform this operation.';
  throw new OperationError('IncorrectKey', message);
}

function openPublic(attempt: Attempt, key: Key, algorithm: string, ciphertext: Uint8Array): Uint8Array {
  if (!isPublicEncryption(algorithm)) throw new TypeError('a pair was to open a symmetric ciphertext');
  const encryption = partOf(openedKey(attempt, key).encryption, key);
  const plaintext = askAlgorithm(() => encryption.decrypt(algorithm, ciphertext));
  if (plaintext === undefined) throw invalidCiphertext();
  return plaintext;
}

function keyOfHeader(
  attempt: Attempt,
  keyId: string | undefined,
  { algorithm }: EncryptionUse,
  note: 'key' | 'sourceKey',
): { readonly key: Key; readonly alias?: undefined } {
  if (algorithm !== SYMMETRIC_ALGORITHM) {
    const member = note === 'key' ? 'KeyId' : 'SourceKeyId';
    const message = `${member} is required when the ciphertext was encrypted under an asymmetric KMS key.`;
    throw new OperationError('Validation', message);
  }
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

/** AWS gives no reason, and neither does this: whoever tries ciphertexts learns nothing from an answer. */
export function invalidCiphertext(): OperationError {
  return new OperationError('InvalidCiphertext', '');
}
