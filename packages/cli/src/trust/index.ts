export {
  indexTrust,
  type MirrorEndpoint,
  type MirrorOptions,
  type MirrorTrust,
  readMirrors,
  withMirrorOptions,
} from './mirror-options.ts';
export { asksWitnesses, logOnly, rememberCheckpoint, rememberedCheckpoint } from './remembered-checkpoint.ts';
export { describeSignatures, hex } from './signatures.ts';
export { readTrust, type TrustOptions, withTrustOptions } from './trust-options.ts';
export { readTrustedKeys } from './trusted-keys.ts';
