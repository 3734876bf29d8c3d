export {
  AlgorithmError,
  type Encapsulated,
  isRsaKeySpec,
  KEY_SPECS,
  type KeyAlgorithm,
  keyAlgorithm,
  type KeyPairs,
  type KeySpec,
  type KeyUsage,
  type MacAlgorithm,
  makeRsaMaterial,
  type MessageType,
  type NewMaterial,
  type OpenedKey,
  type PublicEncryptionAlgorithm,
  type RsaKeySpec,
  type SignedMessage,
  type SigningAlgorithm,
  unwrapMaterial,
  type WrappingAlgorithm,
  type WrappingKeySpec,
} from './algorithms/index.ts';
export { insecureDeterministicEntropy } from './deterministic-entropy.ts';
export { type Entropy, systemEntropy } from './entropy.ts';
export { constantTimeEqual, hmacSha256, hmacSha256Hex, sha256Hex, sha256Parts } from './hash.ts';
export { type LogSigningAlgorithm, type LogSigningKey, openLogSigningKey } from './log-signing.ts';
export { openBox, sealBox } from './sealed-box.ts';
export {
  type ExposeSecretToken,
  exposeSecret,
  exposeSecretToken,
  type SecretKey,
  takeSecretKey,
} from './secret-key.ts';
export { runSelfTests } from './self-test.ts';
export { newTrailSecret, openTrailSigningKey, type TrailSigningKey } from './trail-signing.ts';
export { newWebhookSigningKey, openWebhookSigningKey, type WebhookSigningKey } from './webhook-signing.ts';
export { openXaes, sealXaes, XAES_NONCE_BYTES, XAES_TAG_BYTES } from './xaes-256-gcm.ts';
