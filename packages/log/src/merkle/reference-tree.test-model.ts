import { sha256 } from '../crypto/index.ts';
import { concatBytes, equalBytes } from '../encoding/index.ts';

/**
 * RFC 6962 section 2.1 to the letter, recursion and all, and RFC 9162 sections 2.1.3.2 and 2.1.4.2 step by step: slow,
 * and plainly right. Shares nothing but SHA-256 with the code that it is held against.
 */

/** MTH(D[n]). */
export function referenceRoot(entries: readonly Uint8Array[]): Uint8Array {
  const [first] = entries;
  if (first === undefined) return sha256(new Uint8Array(0));
  if (entries.length === 1) return sha256(concatBytes(Uint8Array.of(0x00), first));
  const k = largestPowerOfTwoBelow(entries.length);
  return referenceNode(referenceRoot(entries.slice(0, k)), referenceRoot(entries.slice(k)));
}

/** PATH(m, D[n]). */
export function referencePath(m: number, entries: readonly Uint8Array[]): readonly Uint8Array[] {
  if (entries.length === 1) return [];
  const k = largestPowerOfTwoBelow(entries.length);
  return m < k
    ? [...referencePath(m, entries.slice(0, k)), referenceRoot(entries.slice(k))]
    : [...referencePath(m - k, entries.slice(k)), referenceRoot(entries.slice(0, k))];
}

/** PROOF(m, D[n]), for 0 < m < n. */
export function referenceProof(m: number, entries: readonly Uint8Array[]): readonly Uint8Array[] {
  return subproof(m, entries, true);
}

function subproof(m: number, entries: readonly Uint8Array[], isComplete: boolean): readonly Uint8Array[] {
  if (m === entries.length) return isComplete ? [] : [referenceRoot(entries)];
  const k = largestPowerOfTwoBelow(entries.length);
  return m <= k
    ? [...subproof(m, entries.slice(0, k), isComplete), referenceRoot(entries.slice(k))]
    : [...subproof(m - k, entries.slice(k), false), referenceRoot(entries.slice(0, k))];
}

/** Verification of an inclusion proof, RFC 9162 section 2.1.3.2. */
export function referenceIncludes(
  index: number,
  size: number,
  hash: Uint8Array,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index >= size) return false;
  let fn = BigInt(index);
  let sn = BigInt(size) - 1n;
  let r = hash;
  for (const p of path) {
    if (sn === 0n) return false;
    if (fn % 2n === 1n || fn === sn) {
      r = referenceNode(p, r);
      while (fn % 2n === 0n && fn !== 0n) {
        fn /= 2n;
        sn /= 2n;
      }
    } else {
      r = referenceNode(r, p);
    }
    fn /= 2n;
    sn /= 2n;
  }
  return sn === 0n && equalBytes(r, root);
}

/** Verification of a consistency proof, RFC 9162 section 2.1.4.2, for 0 < oldSize < newSize. */
export function referenceExtends(
  oldSize: number,
  newSize: number,
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  const isPowerOfTwo = (BigInt(oldSize) & (BigInt(oldSize) - 1n)) === 0n;
  const path = isPowerOfTwo && proof.length > 0 ? [oldRoot, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let fn = BigInt(oldSize) - 1n;
  let sn = BigInt(newSize) - 1n;
  while (fn % 2n === 1n) {
    fn /= 2n;
    sn /= 2n;
  }
  let fr = first;
  let sr = first;
  for (const c of rest) {
    if (sn === 0n) return false;
    if (fn % 2n === 1n || fn === sn) {
      fr = referenceNode(c, fr);
      sr = referenceNode(c, sr);
      while (fn % 2n === 0n && fn !== 0n) {
        fn /= 2n;
        sn /= 2n;
      }
    } else {
      sr = referenceNode(sr, c);
    }
    fn /= 2n;
    sn /= 2n;
  }
  return sn === 0n && equalBytes(fr, oldRoot) && equalBytes(sr, newRoot);
}

function referenceNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(Uint8Array.of(0x01), left, right));
}

function largestPowerOfTwoBelow(n: number): number {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}
