export { CompactRange } from './compact-range.ts';
export { emptyRoot, hashBytes, leafHash, nodeHash } from './hash.ts';
export { consistencyProof, inclusionProof, type HashReader, splitOf } from './prove.ts';
export {
  type ConsistencyClaim,
  type InclusionClaim,
  type Verdict,
  verifyConsistency,
  verifyInclusion,
} from './verify.ts';
