import type { LogHasher } from '../crypto/index.ts';
import { hashBytes } from '../merkle/index.ts';

/** One inner node on the way from a leaf of the map up (`spec/completeness.md`, "Map"). */
export interface MapStep {
  /** The first bit in which the keys below the node differ, 0 to 255. */
  readonly bit: number;
  /** The other side. */
  readonly sibling: Uint8Array;
}

/** A leaf of the map: a subject key and its head. */
export interface MapLeaf {
  readonly key: Uint8Array;
  readonly head: Uint8Array;
}

/** The bits of a key. */
export const keyBits = 256;

/** The hash of a leaf of the map. */
function mapLeafHash({ key, head }: MapLeaf, hasher: LogHasher): Uint8Array {
  const message = new Uint8Array(2 * hashBytes);
  message.set(key);
  message.set(head, hashBytes);
  return hasher.sha256(message);
}

/** Bit `bit` of a key, from the highest bit of its first byte on. */
export function keyBit(key: Uint8Array, bit: number): number {
  return ((key[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1;
}

/** The root that a path leads to from a leaf. `undefined` when the steps are not in order. */
export function rootOfPath(
  leaf: MapLeaf,
  path: readonly MapStep[],
  hasher: LogHasher,
): Uint8Array | undefined {
  const message = new Uint8Array(2 * hashBytes + 1);
  let hash = mapLeafHash(leaf, hasher);
  let above = keyBits;
  for (const { bit, sibling } of path) {
    if (bit >= above || sibling.length !== hashBytes) return undefined;
    above = bit;
    const isRight = keyBit(leaf.key, bit) === 1;
    message.set(isRight ? sibling : hash);
    message.set(isRight ? hash : sibling, hashBytes);
    message[2 * hashBytes] = bit;
    hash = hasher.sha256(message);
  }
  return hash;
}

/** Whether the search for `key` goes along a path to the leaf of another key, so that the map does not have it. */
export function endsElsewhere(key: Uint8Array, other: Uint8Array, path: readonly MapStep[]): boolean {
  return (
    key.some((byte, place) => byte !== other[place]) &&
    path.every(({ bit }) => keyBit(key, bit) === keyBit(other, bit))
  );
}
