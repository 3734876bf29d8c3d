import { AlgorithmError, type OpenedKey, type SecretKey } from '../../crypto/index.ts';
import { currentMaterial, type Key, type KeyMaterialRecord, KeyringError } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError, type OperationErrorCode } from '../errors.ts';

/**
 * The raw key of a symmetric material.
 *
 * @throws OperationError `KeyUnavailable` when the stored material does not open, which no caller can cause.
 */
export function symmetricMaterial(attempt: Attempt, key: Key, material: KeyMaterialRecord): SecretKey {
  return opened(key, () => attempt.keyring.material(key.record.id, material));
}

/**
 * What the key's current material can do.
 *
 * @throws OperationError `KeyUnavailable` when the stored material does not open, which no caller can cause.
 */
export function openedKey(attempt: Attempt, key: Key): OpenedKey {
  return opened(key, () => attempt.keyring.opened(key.record, currentMaterial(key.record)));
}

/**
 * The part of an opened key that a usage needs. A key that was made for the usage has it.
 *
 * @throws TypeError for our own fault: the usage was not asked for before.
 */
export function partOf<Part>(part: Part | undefined, { record }: Key): Part {
  if (part === undefined) throw new TypeError(`key \`${record.id}\` cannot do what it was made for`);
  return part;
}

function opened<Value>({ record }: Key, open: () => Value): Value {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    const message = `The key material of ${record.arn} is not available.`;
    throw new OperationError('KeyUnavailable', message, { cause: error });
  }
}

const CODES: Readonly<Record<AlgorithmError['code'], OperationErrorCode>> = {
  IncompatibleAlgorithm: 'InvalidKeyUsage',
  IncompatibleMessageType: 'Validation',
  InvalidDigestLength: 'Validation',
  InvalidKeyMaterial: 'Validation',
  InvalidPublicKey: 'Validation',
  PlaintextTooLong: 'Validation',
};

/**
 * Does something with a key; what the algorithm cannot do for this request is a refusal.
 *
 * @throws OperationError `InvalidKeyUsage` or `Validation`.
 */
export function askAlgorithm<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AlgorithmError)) throw error;
    throw new OperationError(CODES[error.code], error.message, { cause: error });
  }
}
