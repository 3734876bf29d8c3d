export { type BundleVerdict, checkBundle } from './check-bundle.ts';
