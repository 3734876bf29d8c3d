import type { LogHasher } from '../crypto/index.ts';
import { equalBytes } from '../encoding/index.ts';
import { hashBytes } from '../merkle/index.ts';
import { HashTile, type LogFetch, tileWidth, tileWidthMax } from '../tiles/index.ts';
import { readStored } from './read-stored.ts';

/** A tree whose root was signed, and where its tiles are stored. */
export interface SignedTree {
  readonly size: number;
  readonly root: Uint8Array;
  readonly fetch: LogFetch;
  readonly hasher: LogHasher;
}

/**
 * Whether these are the bytes of tile `n` of a level in the signed tree, as far as the stored tiles above can show it: a
 * full tile by its hash in a vouched tile above, a partial one by the root that it leads to with the other partial
 * ones. `false` also when a tile that is needed for this was altered or cannot be read. INVARIANT: the bytes have the
 * length of that tile.
 */
export async function isVouched(
  tree: SignedTree,
  level: number,
  n: number,
  bytes: Uint8Array,
): Promise<boolean> {
  const width = tileWidth(level, n, tree.size);
  const tile = loadTile(tree, bytes, width);
  if (width < tileWidthMax) return isEdgeVouched(tree, level, tile);
  const expected = await vouchedHash(tree, level + 1, n);
  return expected !== undefined && equalBytes(tile.fullRoot(), expected);
}

/** The root of the full tile `index` of the level below, from a vouched tile of this level. */
async function vouchedHash(tree: SignedTree, level: number, index: number): Promise<Uint8Array | undefined> {
  const n = Math.floor(index / tileWidthMax);
  const stored = await readStored(tree.fetch, level, n, tree.size);
  if (stored.kind === 'unusable' || !(await isVouched(tree, level, n, stored.bytes))) return undefined;
  const offset = (index % tileWidthMax) * hashBytes;
  return stored.bytes.subarray(offset, offset + hashBytes);
}

/** Whether a partial tile leads to the signed root with the stored partial tiles of the other levels. */
async function isEdgeVouched(tree: SignedTree, level: number, tile: HashTile): Promise<boolean> {
  let root: Uint8Array | undefined;
  for (let at = 0, hashes = tree.size; hashes > 0; at += 1, hashes = Math.floor(hashes / tileWidthMax)) {
    const width = hashes % tileWidthMax;
    if (width === 0) continue;
    const edge = at === level ? tile : await readEdge(tree, at, Math.floor(hashes / tileWidthMax), width);
    if (edge === undefined) return false;
    root = edge.fold(root);
  }
  return root !== undefined && equalBytes(root, tree.root);
}

async function readEdge(
  tree: SignedTree,
  level: number,
  n: number,
  width: number,
): Promise<HashTile | undefined> {
  const stored = await readStored(tree.fetch, level, n, tree.size);
  return stored.kind === 'unusable' ? undefined : loadTile(tree, stored.bytes, width);
}

function loadTile({ hasher }: SignedTree, bytes: Uint8Array, width: number): HashTile {
  const tile = new HashTile(hasher);
  tile.hashes.set(bytes);
  tile.load(width);
  return tile;
}
