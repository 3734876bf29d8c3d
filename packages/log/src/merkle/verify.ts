import type { LogHasher } from '../crypto/index.ts';
import { bitAt, equalBytes, isSize } from '../encoding/index.ts';
import { hashBytes, nodeHash } from './hash.ts';

/** The answer of a check: yes, or no and why. */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** "The leaf with this hash has this index in the tree of this size and root." */
export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** "The tree of the new size and root begins with the tree of the old size and root." */
export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly newSize: number;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * Checks an audit path (RFC 6962 section 2.1.1). The path must have exactly the length that index and size ask for,
 * which is checked before anything is hashed.
 */
export function verifyInclusion(claim: InclusionClaim, hasher: LogHasher): Verdict {
  const { index, size, proof } = claim;
  if (!isSize(index) || !isSize(size)) return no('index or size is not a whole number below 2^53');
  if (index >= size) return no(`index \`${index}\` is not below size \`${size}\``);
  if (![claim.leafHash, claim.root, ...proof].every(isHash)) return no('a hash does not have 32 bytes');
  const inner = innerLength(index, size - 1);
  const expected = inner + onesAbove(index, inner);
  if (proof.length !== expected) return no(`proof has \`${proof.length}\` hashes instead of \`${expected}\``);
  const root = proof.reduce(
    (hash, sibling, level) =>
      level < inner && bitAt(index, level) === 0
        ? nodeHash(hash, sibling, hasher)
        : nodeHash(sibling, hash, hasher),
    claim.leafHash,
  );
  return equalBytes(root, claim.root) ? { ok: true } : no('proof does not lead to the root');
}

/**
 * Checks a consistency proof (RFC 6962 section 2.1.2). Every tree begins with the empty one, so an `oldSize` of 0 takes
 * an empty proof and the root of the empty tree.
 */
export function verifyConsistency(claim: ConsistencyClaim, hasher: LogHasher): Verdict {
  const { oldSize, newSize, oldRoot, newRoot, proof } = claim;
  if (!isSize(oldSize) || !isSize(newSize)) return no('a size is not a whole number below 2^53');
  if (oldSize > newSize) return no(`size went from \`${oldSize}\` back to \`${newSize}\``);
  if (![oldRoot, newRoot, ...proof].every(isHash)) return no('a hash does not have 32 bytes');
  if (oldSize === 0 || oldSize === newSize) return verifyTrivial(claim, hasher);
  return verifyExtension(claim, hasher);
}

function verifyTrivial(
  { oldSize, newSize, oldRoot, newRoot, proof }: ConsistencyClaim,
  hasher: LogHasher,
): Verdict {
  if (proof.length !== 0) return no(`proof has \`${proof.length}\` hashes instead of \`0\``);
  const empty = hasher.sha256(new Uint8Array(0));
  if (oldSize === 0 && !equalBytes(oldRoot, empty)) return no('old root is not that of the empty tree');
  if (oldSize === newSize && !equalBytes(oldRoot, newRoot)) return no('two roots for one size');
  return { ok: true };
}

function verifyExtension(claim: ConsistencyClaim, hasher: LogHasher): Verdict {
  const { oldSize, newSize, oldRoot, newRoot, proof } = claim;
  const shift = trailingZeros(oldSize);
  const inner = innerLength(oldSize - 1, newSize - 1);
  const border = onesAbove(oldSize - 1, inner);
  // When the old tree is perfect its root is a node of the new one, and the proof does not repeat it.
  const isPerfect = oldSize === 2 ** shift;
  const expected = (isPerfect ? 0 : 1) + inner - shift + border;
  if (proof.length !== expected) return no(`proof has \`${proof.length}\` hashes instead of \`${expected}\``);
  const seed = isPerfect ? oldRoot : (proof[0] ?? oldRoot);
  let oldHash = seed;
  let newHash = seed;
  for (const [step, sibling] of proof.slice(isPerfect ? 0 : 1).entries()) {
    const level = shift + step;
    if (level >= inner || bitAt(oldSize - 1, level) === 1) {
      oldHash = nodeHash(sibling, oldHash, hasher);
      newHash = nodeHash(sibling, newHash, hasher);
    } else {
      newHash = nodeHash(newHash, sibling, hasher);
    }
  }
  if (!equalBytes(oldHash, oldRoot)) return no('proof does not lead to the old root');
  return equalBytes(newHash, newRoot) ? { ok: true } : no('proof does not lead to the new root');
}

/** Levels below the one where the ways of two leaves meet: the bit length of `index XOR last`. */
function innerLength(index: number, last: number): number {
  let length = 0;
  while (Math.floor(index / 2 ** length) !== Math.floor(last / 2 ** length)) length += 1;
  return length;
}

/** Bits that are set in `index` from position `from` up. */
function onesAbove(index: number, from: number): number {
  let ones = 0;
  for (let rest = Math.floor(index / 2 ** from); rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}

function trailingZeros(value: number): number {
  let zeros = 0;
  while (bitAt(value, zeros) === 0) zeros += 1;
  return zeros;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === hashBytes;
}

function no(reason: string): Verdict {
  return { ok: false, reason };
}
