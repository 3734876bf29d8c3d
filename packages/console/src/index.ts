export {
  type Algorithm,
  type BundleVerdict,
  checkBundle,
  type Signature,
  verifyByBrowser,
  verifyByLibrary,
} from './verify/index.ts';
