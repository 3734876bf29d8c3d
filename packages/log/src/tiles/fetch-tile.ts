import { LogError } from '../errors.ts';
import { hashBytes } from '../merkle/index.ts';
import { scanEntries } from './entries.ts';
import { type TileLevel, tilePath, tileWidthMax } from './path.ts';

/**
 * Reads a file of a log by its path under the log's prefix, such as `checkpoint` or `tile/0/000.p/17`. `null` when there
 * is none. Rejects when it cannot be told.
 */
export type LogFetch = (path: string) => Promise<Uint8Array | null>;

/** A tile or bundle as it was found. */
export interface FetchedTile {
  /** The path where it was found. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads a tile or bundle of `width`. A log may delete a partial tile once the full one exists, so the full one is asked
 * next and cut (tlog-tiles, "Partial Tiles"). `null` when there is neither. What is not of the size that its name asks
 * for is returned as it is, but a full tile in place of a partial one throws `malformed-tile` or `malformed-bundle`.
 */
export async function fetchTile(
  fetch: LogFetch,
  level: TileLevel,
  n: number,
  width: number,
): Promise<FetchedTile | null> {
  const path = tilePath(level, n, width);
  const bytes = await fetch(path);
  if (bytes !== null) return { path, bytes };
  if (width === tileWidthMax) return null;
  const fullPath = tilePath(level, n);
  const full = await fetch(fullPath);
  if (full === null) return null;
  const cutAt = level === 'entries' ? bundleCut(fullPath, full, width) : tileCut(fullPath, full, width);
  return { path: fullPath, bytes: full.subarray(0, cutAt) };
}

function tileCut(path: string, full: Uint8Array, width: number): number {
  if (full.length !== tileWidthMax * hashBytes) {
    throw new LogError('malformed-tile', `\`${path}\` has \`${full.length}\` bytes, so it is no full tile`);
  }
  return width * hashBytes;
}

function bundleCut(path: string, full: Uint8Array, width: number): number {
  const { count, ends, complete } = scanEntries(full);
  if (count !== tileWidthMax || !complete) {
    throw new LogError('malformed-bundle', `\`${path}\` cannot be read as \`${tileWidthMax}\` entries`);
  }
  return ends[width - 1] ?? 0;
}
