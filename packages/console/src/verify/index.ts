export { type BundleVerdict, checkBundle } from './check-bundle.ts';
export { roleOf } from './dropped-file.ts';
export { type Algorithm, type Signature, verifyByBrowser, verifyByLibrary } from './signatures.ts';
