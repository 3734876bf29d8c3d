import type { LogHasher } from '../crypto/index.ts';
import { CompactRange, nodeHash, splitOf } from '../merkle/index.ts';

/** Consecutive leaves of a tree of `count`. */
export interface Run {
  readonly count: number;
  readonly first: number;
  /** The position after the last one. */
  readonly end: number;
}

/** A part of the tree without any leaf of the run. */
export interface Outside {
  readonly start: number;
  readonly end: number;
}

/** The parts of the tree that the proof of a run has the roots of, in their order (`spec/completeness.md`, "Answer"). */
export function outsideOf(run: Run): readonly Outside[] {
  const parts: Outside[] = [];
  const walk = (start: number, end: number): void => {
    if (isOutside(run, start, end)) parts.push({ start, end });
    else if (start < run.first || end > run.end) {
      const middle = start + splitOf(end - start);
      walk(start, middle);
      walk(middle, end);
    }
  };
  walk(0, run.count);
  return parts;
}

/**
 * The root of the tree, from the hashes of the leaves of the run and the roots of the parts outside. `undefined` when
 * there are more or fewer of them than there must be.
 */
export function rootOfRun(
  run: Run,
  leafHashes: readonly Uint8Array[],
  outside: readonly Uint8Array[],
  hasher: LogHasher,
): Uint8Array | undefined {
  const expected = outsideOf(run).length;
  if (leafHashes.length !== run.end - run.first || outside.length !== expected) return undefined;
  let used = 0;
  const cover = (start: number, end: number): Uint8Array => {
    if (isOutside(run, start, end)) {
      used += 1;
      return outside[used - 1] ?? new Uint8Array(0);
    }
    if (start >= run.first && end <= run.end) {
      const range = new CompactRange(hasher);
      for (const hash of leafHashes.slice(start - run.first, end - run.first)) range.append(hash);
      return range.root();
    }
    const middle = start + splitOf(end - start);
    const left = cover(start, middle);
    return nodeHash(left, cover(middle, end), hasher);
  };
  return cover(0, run.count);
}

function isOutside({ first, end: runEnd }: Run, start: number, end: number): boolean {
  return end <= first || start >= runEnd;
}
