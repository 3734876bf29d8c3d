export {
  createSignatureVerifier,
  type SignatureRefusalCode,
  type SignatureRules,
  type SignatureVerdict,
  type SignatureVerifier,
  type SignedRequest,
} from './verify.ts';
