import type { LogHasher } from './log-crypto.ts';

const leafPrefix = 0x00;
const nodePrefix = 0x01;
const pairBytes = 64;

/** Writes SHA-256 of `bytes` to `target` at `offset`, as fast as the hasher can. */
export function sha256Into(hasher: LogHasher, bytes: Uint8Array, target: Uint8Array, offset: number): void {
  if (hasher.sha256Into === undefined) {
    target.set(hasher.sha256(bytes), offset);
  } else {
    hasher.sha256Into(bytes, target, offset);
  }
}

/** `LogHasher.hashPairs`, by way of single hashes where the hasher does not have it. */
export function hashPairs(
  hasher: LogHasher,
  nodes: Uint8Array,
  from: number,
  to: number,
  pairs: number,
): void {
  if (hasher.hashPairs !== undefined) {
    hasher.hashPairs(nodes, from, to, pairs);
    return;
  }
  const message = new Uint8Array(1 + pairBytes);
  message[0] = nodePrefix;
  for (let pair = 0; pair < pairs; pair += 1) {
    const start = from + pairBytes * pair;
    message.set(nodes.subarray(start, start + pairBytes), 1);
    sha256Into(hasher, message, nodes, to + 32 * pair);
  }
}

/** `LogHasher.hashEntries`, by way of single hashes where the hasher does not have it. */
export function hashEntries(
  hasher: LogHasher,
  bundle: Uint8Array,
  starts: Uint32Array,
  ends: Uint32Array,
  count: number,
  target: Uint8Array,
  offset: number,
): void {
  if (hasher.hashEntries !== undefined) {
    hasher.hashEntries(bundle, starts, ends, count, target, offset);
    return;
  }
  for (let index = 0; index < count; index += 1) {
    const start = starts[index] ?? 0;
    const end = ends[index] ?? 0;
    const message = new Uint8Array(1 + end - start);
    message[0] = leafPrefix;
    message.set(bundle.subarray(start, end), 1);
    sha256Into(hasher, message, target, offset + 32 * index);
  }
}
