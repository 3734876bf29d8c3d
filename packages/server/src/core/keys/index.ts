export {
  CIPHERTEXT_OVERHEAD_BYTES,
  type CiphertextHeader,
  decryptUnder,
  encryptUnder,
  unverifiedHeader,
} from './ciphertext.ts';
export { following, inStep, type KeyInRegions, readyMaterial } from './in-step.ts';
export { canonicalContext, type EncryptionContext } from './encryption-context.ts';
export {
  createHierarchy,
  type OpenHierarchy,
  openHierarchy,
  type SealedHierarchy,
  SealError,
} from './hierarchy.ts';
export {
  currentMaterial,
  findCurrentMaterial,
  isDeleted,
  type Key,
  KEY_STATES,
  keyFromRecord,
  type KeyState,
  keyState,
  materialState,
  multiRegionType,
  parseKeyRecord,
  regionOfKey,
} from './key.ts';
export { type KeyName, keyName, parseKeyName } from './key-name.ts';
export { Keyring, KeyringError } from './keyring.ts';
export {
  dueRotation,
  expiredMaterial,
  importedInto,
  pendingMaterial,
  rotated,
  withoutMaterial,
  withoutPending,
} from './materials.ts';
export type {
  AliasRecord,
  GrantRecord,
  KeyMaterialRecord,
  KeyOrigin,
  KeyRecord,
  MultiRegionRecord,
  RotationType,
  TagRecord,
} from './records.ts';
