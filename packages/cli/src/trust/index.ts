export { rememberCheckpoint, rememberedCheckpoint } from './remembered-checkpoint.ts';
export { readTrust, type TrustOptions, withTrustOptions } from './trust-options.ts';
export { readTrustedKeys } from './trusted-keys.ts';
