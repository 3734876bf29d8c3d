import { isSize } from '../encoding/index.ts';
import { LogError } from '../errors.ts';

/** Hashes in a full tile, and entries in a full bundle (tlog-tiles, "Merkle Tree" and "Log Entries"). */
export const tileWidthMax = 256;

const tileLevelMax = 63;

/** A level of hash tiles, 0 to 63, or the bundles of entries. */
export type TileLevel = number | 'entries';

/** Which tile or bundle a path means. */
export interface TileName {
  readonly level: TileLevel;
  readonly n: number;
  /** 1 to 255 for a partial tile, 256 for a full one. */
  readonly width: number;
}

/**
 * The path of a tile or entry bundle under the log's prefix (tlog-tiles, "Merkle Tree"): `tile/0/x001/x234/067` or
 * `tile/entries/000.p/17`. Throws `out-of-range` for what no log can have.
 */
export function tilePath(level: TileLevel, n: number, width: number = tileWidthMax): string {
  const isLevel = level === 'entries' || (Number.isInteger(level) && level >= 0 && level <= tileLevelMax);
  const isWidth = Number.isInteger(width) && width >= 1 && width <= tileWidthMax;
  if (!isLevel || !isSize(n) || !isWidth) {
    throw new LogError(
      'out-of-range',
      `could not name tile \`${n}\` of level \`${level}\` and width \`${width}\``,
    );
  }
  const groups = [threeDigits(n)];
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${threeDigits(rest)}`);
  }
  const full = `tile/${level}/${groups.join('/')}`;
  return width === tileWidthMax ? full : `${full}.p/${width}`;
}

const tilePathPattern =
  /^tile\/(?<level>entries|[0-9]{1,2})\/(?<n>(x[0-9]{3}\/){0,5}[0-9]{3})(\.p\/(?<width>[0-9]{1,3}))?$/;

/** Reads a path that `tilePath` can write; `undefined` for every other text. */
export function parseTilePath(path: string): TileName | undefined {
  const groups = tilePathPattern.exec(path)?.groups;
  if (groups === undefined) return undefined;
  const level = groups['level'] === 'entries' ? groups['level'] : Number(groups['level']);
  const n = Number((groups['n'] ?? '').replaceAll(/[x/]/g, ''));
  const width = groups['width'] === undefined ? tileWidthMax : Number(groups['width']);
  const isWritable =
    (level === 'entries' || level <= tileLevelMax) && isSize(n) && width >= 1 && width <= tileWidthMax;
  // Writing it again finds leading zeros and empty groups in any of the numbers, and the full tile as `.p/256`.
  return isWritable && tilePath(level, n, width) === path ? { level, n, width } : undefined;
}

/**
 * How many hashes tile `n` of a level has in a tree of `size` leaves: 256 when it is full, 0 when it does not exist.
 * Bundles of entries count as level 0.
 */
export function tileWidth(level: TileLevel, n: number, size: number): number {
  const hashes = level === 'entries' ? size : Math.floor(size / tileWidthMax ** level);
  return Math.max(0, Math.min(tileWidthMax, hashes - n * tileWidthMax));
}

function threeDigits(n: number): string {
  return String(n % 1000).padStart(3, '0');
}
