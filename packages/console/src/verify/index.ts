export { type BundleVerdict, checkBundle } from './check-bundle.ts';
export { roleOf } from './dropped-file.ts';
export { readTrust, type Trust } from './read-trust.ts';
export { type Algorithm, type Signature, verifyByBrowser, verifyByLibrary } from './signatures.ts';
export { type Checked, withWebCrypto } from './web-crypto.ts';
