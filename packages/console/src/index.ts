export { type BundleVerdict, checkBundle } from './verify/index.ts';
