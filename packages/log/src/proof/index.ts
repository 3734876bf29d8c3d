export { formatProof, parseProof, proofHashesMax, type TlogProof } from './tlog-proof.ts';
export { type ProofVerdict, verifyProof, type VerifyProofOptions } from './verify-proof.ts';
