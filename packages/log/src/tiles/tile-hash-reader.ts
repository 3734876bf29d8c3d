import type { LogHasher } from '../crypto/index.ts';
import { LogError } from '../errors.ts';
import { hashBytes, type HashReader } from '../merkle/index.ts';
import { fetchTile, type LogFetch } from './fetch-tile.ts';
import { HashTile } from './hash-tile.ts';
import { tilePath, tileWidth, tileWidthMax } from './path.ts';

const binaryLevelsPerTile = 8;

/** What proofs are read from. */
export interface TileHashReaderOptions {
  /** The size of the checkpoint that the proofs are for: it decides which tiles are partial. */
  readonly size: number;
  readonly fetch: LogFetch;
  readonly hasher: LogHasher;
}

/**
 * Reads subtree roots from tiles, for `inclusionProof` and `consistencyProof`. It reads each tile once and keeps it, so
 * use one for a proof or a few, not for ever. It does not check what it reads: whoever gets the proof does. The reader
 * rejects with `missing-file` or `malformed-tile`.
 */
export function tileHashReader({ size, fetch, hasher }: TileHashReaderOptions): HashReader {
  const tiles = new Map<string, Promise<Uint8Array>>();
  const read = (level: number, n: number): Promise<Uint8Array> => {
    const path = tilePath(level, n);
    const known = tiles.get(path);
    if (known !== undefined) return known;
    const reading = readTile(fetch, level, n, tileWidth(level, n, size));
    tiles.set(path, reading);
    return reading;
  };
  return async (binaryLevel, index) => {
    const level = Math.floor(binaryLevel / binaryLevelsPerTile);
    const count = 2 ** (binaryLevel % binaryLevelsPerTile);
    const first = index * count;
    const bytes = await read(level, Math.floor(first / tileWidthMax));
    const offset = (first % tileWidthMax) * hashBytes;
    const hashes = bytes.subarray(offset, offset + count * hashBytes);
    if (hashes.length !== count * hashBytes) {
      throw new LogError(
        'out-of-range',
        `tree of \`${size}\` has no node \`${index}\` at level \`${binaryLevel}\``,
      );
    }
    return subtreeRoot(hashes, count, hasher);
  };
}

async function readTile(fetch: LogFetch, level: number, n: number, width: number): Promise<Uint8Array> {
  if (width === 0) throw new LogError('out-of-range', `there is no tile \`${n}\` of level \`${level}\``);
  const tile = await fetchTile(fetch, level, n, width);
  if (tile === null) throw new LogError('missing-file', `there is no \`${tilePath(level, n, width)}\``);
  if (tile.bytes.length !== width * hashBytes) {
    throw new LogError('malformed-tile', `\`${tile.path}\` has \`${tile.bytes.length}\` bytes`);
  }
  return tile.bytes;
}

function subtreeRoot(hashes: Uint8Array, count: number, hasher: LogHasher): Uint8Array {
  if (count === 1) return hashes.slice();
  const tile = new HashTile(hasher);
  tile.hashes.set(hashes);
  tile.load(count);
  return tile.fold(undefined) ?? hashes.slice();
}
