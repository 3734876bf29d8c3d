import { LogError, type LogErrorCode } from '../errors.ts';
import { hashBytes } from '../merkle/index.ts';
import { fetchTile, type LogFetch, type TileLevel, tilePath, tileWidth } from '../tiles/index.ts';
import type { LogProblem, LogProblemCode } from './report.ts';

/** Bundles that are asked for before they are needed: hides the latency of a network. */
const readAheadBundles = 16;

const refusals: ReadonlySet<LogErrorCode> = new Set(['malformed-tile', 'malformed-bundle']);

/** A tile or bundle as it is stored, or why it cannot be used. */
export type Stored =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'unusable'; readonly problem: LogProblem };

/** A bundle and the level 0 tile of its entries. */
export interface StoredBundle {
  readonly n: number;
  readonly bundle: Stored;
  readonly tile: Stored;
}

/** Reads the tile or bundle `n` of a tree of `size` entries. A tile has the length that this asks for. Never rejects. */
export async function readStored(
  fetch: LogFetch,
  level: TileLevel,
  n: number,
  size: number,
): Promise<Stored> {
  const width = tileWidth(level, n, size);
  const path = tilePath(level, n, width);
  try {
    const tile = await fetchTile(fetch, level, n, width);
    if (tile === null) return unusable('missing', path, `there is no \`${path}\``);
    if (level !== 'entries' && tile.bytes.length !== width * hashBytes) {
      const lengths = `\`${tile.bytes.length}\` bytes instead of \`${width * hashBytes}\``;
      return unusable('malformed', tile.path, `\`${tile.path}\` has ${lengths}`, tile.bytes);
    }
    return { kind: 'file', path: tile.path, bytes: tile.bytes };
  } catch (error) {
    // Only a full tile or bundle in place of a partial one is refused while it is read.
    if (error instanceof LogError && refusals.has(error.code)) {
      return unusable('malformed', tilePath(level, n), error.message);
    }
    return unusable('unreadable', path, `could not read \`${path}\`: ${String(error)}`);
  }
}

/** All bundles of a tree with their level 0 tiles, in order. */
export async function* readAhead(
  fetch: LogFetch,
  bundles: number,
  size: number,
): AsyncGenerator<StoredBundle, void, undefined> {
  const read = async (n: number): Promise<StoredBundle> => {
    const [bundle, tile] = await Promise.all([
      readStored(fetch, 'entries', n, size),
      readStored(fetch, 0, n, size),
    ]);
    return { n, bundle, tile };
  };
  const reading: Promise<StoredBundle>[] = [];
  try {
    for (let n = 0; n < bundles + readAheadBundles; n += 1) {
      if (n < bundles) reading.push(read(n));
      const next = n >= readAheadBundles ? reading.shift() : undefined;
      if (next !== undefined) yield await next;
    }
  } finally {
    // Whoever stops early must not leave reads under way behind: none of them rejects.
    await Promise.all(reading);
  }
}

function unusable(code: LogProblemCode, file: string, message: string, bytes?: Uint8Array): Stored {
  const problem = { code, file, message };
  return {
    kind: 'unusable',
    problem: bytes === undefined ? problem : { ...problem, bytes: { start: 0, end: bytes.length } },
  };
}
