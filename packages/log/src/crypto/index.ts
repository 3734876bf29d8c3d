export type { LogCrypto, LogHasher } from './log-crypto.ts';
export { hashEntries, hashPairs, sha256Into } from './hash-into.ts';
export { sha256 } from './sha256.ts';
