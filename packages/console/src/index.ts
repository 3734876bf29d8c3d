export {
  type Algorithm,
  type BundleVerdict,
  checkBundle,
  roleOf,
  type Signature,
  verifyByBrowser,
  verifyByLibrary,
} from './verify/index.ts';
