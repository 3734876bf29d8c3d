import { equalBytes } from '../encoding/index.ts';
import { hashBytes } from '../merkle/index.ts';
import { tilePath, tileWidth, tileWidthMax } from '../tiles/index.ts';
import type { LogProblem } from './report.ts';
import { isVouched, type SignedTree } from './vouch.ts';

/** A file as it was read. */
interface StoredFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Where the entries of a bundle are in its file and in the log. */
interface BundlePlace {
  readonly n: number;
  /** Index in the log of its first entry. */
  readonly first: number;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** The hashes of one tile according to its file and according to the entries. */
interface Sides {
  readonly stored: Uint8Array;
  readonly derived: Uint8Array;
}

const lengthBytes = 2;

/** The bundle does not have the entries that it should: the first that is wrong, or the first that is not there. */
export function malformedBundle(
  bundle: StoredFile,
  { first, starts, ends }: BundlePlace,
  usable: number,
  difference: number,
): LogProblem {
  const position = difference === -1 ? usable : Math.min(usable, Math.floor(difference / hashBytes));
  const start = position < usable ? (starts[position] ?? 0) - lengthBytes : (ends[usable - 1] ?? 0);
  return at(
    'malformed',
    bundle.path,
    { start, end: bundle.bytes.length },
    first + position,
    'cannot be read as the entries that belong here',
  );
}

/** An entry and its hash in the level 0 tile differ: whichever the signed root vouches for, the other was altered. */
export async function blameEntry(
  tree: SignedTree,
  bundle: StoredFile,
  tile: StoredFile,
  { n, first, starts, ends }: BundlePlace,
  position: number,
  { stored, derived }: Sides,
): Promise<LogProblem> {
  const entry = first + position;
  const entryBytes = { start: (starts[position] ?? 0) - lengthBytes, end: ends[position] ?? 0 };
  if (await isVouched(tree, 0, n, stored)) {
    return at('entry-altered', bundle.path, entryBytes, entry, 'is not the entry of the signed tree');
  }
  if (await isVouched(tree, 0, n, derived)) {
    return at('tile-altered', tile.path, hashRange(position), entry, 'is not the hash of the signed tree');
  }
  const why = `does not have the hash that \`${tile.path}\` has, and the signed root vouches for neither`;
  return at('mismatch', bundle.path, entryBytes, entry, why);
}

/** The root of a full tile and its place in the level above differ. */
export async function blameTile(
  tree: SignedTree,
  parent: StoredFile,
  level: number,
  index: number,
  derived: Uint8Array,
): Promise<LogProblem> {
  const n = Math.floor(index / tileWidthMax);
  const position = index % tileWidthMax;
  const span = tileWidthMax ** level;
  const entries = `entries ${index * span} to ${(index + 1) * span - 1}`;
  const child = tilePath(level - 1, index);
  const childBytes = { start: 0, end: tileWidthMax * hashBytes };
  if (await isVouched(tree, level, n, parent.bytes)) {
    return at(
      'tile-altered',
      child,
      childBytes,
      undefined,
      `and ${entries} are not those of the signed tree`,
    );
  }
  const corrected = parent.bytes.slice();
  corrected.set(derived, position * hashBytes);
  const isChildVouched =
    tileWidth(level, n, tree.size) > position && (await isVouched(tree, level, n, corrected));
  if (isChildVouched || equalBytes(corrected, parent.bytes)) {
    return at(
      'tile-altered',
      parent.path,
      hashRange(position),
      undefined,
      'is not the hash of the signed tree',
    );
  }
  const why = `is not the hash of \`${child}\` (${entries}), and the signed root vouches for neither`;
  return at('mismatch', parent.path, hashRange(position), undefined, why);
}

function hashRange(position: number): { readonly start: number; readonly end: number } {
  return { start: position * hashBytes, end: (position + 1) * hashBytes };
}

function at(
  code: LogProblem['code'],
  file: string,
  bytes: { readonly start: number; readonly end: number },
  entry: number | undefined,
  what: string,
): LogProblem {
  const place = `\`${file}\` bytes ${bytes.start}..${bytes.end}`;
  return entry === undefined
    ? { code, file, bytes, message: `${place} ${what}` }
    : { code, file, bytes, entry, message: `${place} (entry ${entry}) ${what}` };
}
