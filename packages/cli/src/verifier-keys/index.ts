export { describeSignatures, hex } from './signatures.ts';
export { readMirrorKeys, readTrustedKeys } from './trusted-keys.ts';
