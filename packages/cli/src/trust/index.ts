export { rememberCheckpoint, rememberedCheckpoint } from './remembered-checkpoint.ts';
export { describeSignatures, hex } from './signatures.ts';
export { readTrust, type TrustOptions, withTrustOptions } from './trust-options.ts';
export { readMirrorKeys, readTrustedKeys } from './trusted-keys.ts';
