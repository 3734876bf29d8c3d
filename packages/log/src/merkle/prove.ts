import type { LogHasher } from '../crypto/index.ts';
import { isSize } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { nodeHash } from './hash.ts';

/** Reads the root of the perfect subtree with the leaves `index * 2^level` to before `(index + 1) * 2^level`. */
export type HashReader = (level: number, index: number) => Uint8Array | Promise<Uint8Array>;

/** A run of leaves whose root is an element of a proof. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The audit path of the leaf `index` in the tree of the first `size` leaves, from the leaf's sibling up (RFC 6962
 * section 2.1.1). Throws `out-of-range` unless `index < size`.
 */
export function inclusionProof(
  index: number,
  size: number,
  readHash: HashReader,
  hasher: LogHasher,
): Promise<readonly Uint8Array[]> {
  if (!isSize(index) || !isSize(size) || index >= size) {
    return Promise.reject(new LogError('out-of-range', `could not prove entry \`${index}\` of \`${size}\``));
  }
  return readRanges(pathRanges(index, size), readHash, hasher);
}

/**
 * Proves that the tree of `newSize` leaves begins with the tree of `oldSize` leaves (RFC 6962 section 2.1.2). Empty
 * when the sizes are equal or `oldSize` is 0. Throws `out-of-range` unless `oldSize <= newSize`.
 */
export function consistencyProof(
  oldSize: number,
  newSize: number,
  readHash: HashReader,
  hasher: LogHasher,
): Promise<readonly Uint8Array[]> {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize) {
    return Promise.reject(
      new LogError('out-of-range', `could not prove \`${newSize}\` consistent with \`${oldSize}\``),
    );
  }
  if (oldSize === 0 || oldSize === newSize) return Promise.resolve([]);
  return readRanges(extensionRanges(oldSize, newSize), readHash, hasher);
}

function readRanges(
  ranges: readonly Range[],
  readHash: HashReader,
  hasher: LogHasher,
): Promise<readonly Uint8Array[]> {
  return Promise.all(ranges.map((range) => readRange(range, readHash, hasher)));
}

/** The siblings on the way down to a leaf, turned over. */
function pathRanges(index: number, size: number): readonly Range[] {
  const ranges: Range[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/** SUBPROOF of RFC 6962 section 2.1.2, as a loop. */
function extensionRanges(oldSize: number, newSize: number): readonly Range[] {
  const ranges: Range[] = [];
  let start = 0;
  let end = newSize;
  while (end !== oldSize) {
    const middle = start + splitOf(end - start);
    if (oldSize <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  // The verifier knows the old root; only when the walk has left its first leaf is this part of it news.
  if (start !== 0) ranges.push({ start, end });
  return ranges.reverse();
}

/** The largest power of two below `count`, which is at least 2. */
export function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/** The root of a range that starts at a multiple of the power of two that it needs, from perfect subtrees. */
async function readRange(
  { start, end }: Range,
  readHash: HashReader,
  hasher: LogHasher,
): Promise<Uint8Array> {
  const reads: Promise<Uint8Array>[] = [];
  let at = start;
  while (at < end) {
    let level = 0;
    while (2 ** (level + 1) <= end - at) level += 1;
    reads.push(Promise.resolve(readHash(level, at / 2 ** level)));
    at += 2 ** level;
  }
  const hashes = await Promise.all(reads);
  return hashes.reduceRight((right, left) => nodeHash(left, right, hasher));
}
