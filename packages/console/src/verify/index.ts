export { type BundleVerdict, checkBundle } from './check-bundle.ts';
export { type Algorithm, type Signature, verifyByBrowser, verifyByLibrary } from './signatures.ts';
