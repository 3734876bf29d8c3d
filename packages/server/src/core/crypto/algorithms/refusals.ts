import { AlgorithmError, type SignedMessage } from './key-algorithm.ts';
import type { KeySpec, MessageType } from './key-specs.ts';

/** The algorithm is none of the key's. The words are AWS's. */
export function incompatibleAlgorithm(algorithm: string, spec: KeySpec): AlgorithmError {
  return new AlgorithmError(
    'IncompatibleAlgorithm',
    `Algorithm ${algorithm} is incompatible with key spec ${spec}.`,
  );
}

/** Refuses messages of a type that the algorithm does not sign. */
export function refuseMessageType(algorithm: string, type: MessageType): AlgorithmError {
  return new AlgorithmError(
    'IncompatibleMessageType',
    `Message type ${type} is incompatible with algorithm ${algorithm}.`,
  );
}

/** Refuses messages of a type that no key of the spec signs. The words are AWS's. */
export function refuseMessageTypeOf(spec: KeySpec, type: MessageType): AlgorithmError {
  return new AlgorithmError(
    'IncompatibleMessageType',
    `Message type ${type} is incompatible with key spec ${spec}.`,
  );
}

/** Refuses a digest that is not as long as the algorithm's digests are. The words are AWS's. */
export function requireDigestLength(algorithm: string, message: SignedMessage, bytes: number): void {
  if (message.bytes.length === bytes) return;
  throw new AlgorithmError('InvalidDigestLength', `Digest is invalid length for algorithm ${algorithm}.`);
}

/** Bytes that are no public key of the spec. */
export function invalidPublicKey(spec: KeySpec, cause?: unknown): AlgorithmError {
  const message = `the public key is no SubjectPublicKeyInfo, in DER, of a key of spec ${spec}`;
  return new AlgorithmError('InvalidPublicKey', message, cause);
}

/** Material that cannot be of the spec. `reason` completes the sentence and holds no secret. */
export function invalidMaterial(spec: KeySpec, reason: string, cause?: unknown): AlgorithmError {
  return new AlgorithmError(
    'InvalidKeyMaterial',
    `the key material is not of spec ${spec}: ${reason}`,
    cause,
  );
}
