export {
  AlgorithmError,
  type Encapsulated,
  type KeyAlgorithm,
  type KeyPairs,
  type NewMaterial,
  type OpenedKey,
  type SignedMessage,
} from './key-algorithm.ts';
export { unwrapMaterial, type WrappingAlgorithm, type WrappingKeySpec } from './import-wrapping.ts';
export { keyAlgorithm } from './key-algorithms.ts';
export {
  KEY_SPECS,
  type KeySpec,
  type KeyUsage,
  type MacAlgorithm,
  type MessageType,
  type PublicEncryptionAlgorithm,
  type RsaKeySpec,
  type SigningAlgorithm,
} from './key-specs.ts';
export { isRsaKeySpec, makeRsaMaterial } from './rsa.ts';
export { startUpTests } from './self-test.ts';
