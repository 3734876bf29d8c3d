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
 * next and cut (tlog-tiles, "Partial Tiles"). `null` when there is neither.
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
  return full === null ? null : { path: fullPath, bytes: cut(full, level, width) };
}

function cut(full: Uint8Array, level: TileLevel, width: number): Uint8Array {
  if (level !== 'entries') return full.subarray(0, width * hashBytes);
  const { count, ends } = scanEntries(full, width);
  return full.subarray(0, count === 0 ? 0 : ends[count - 1]);
}
