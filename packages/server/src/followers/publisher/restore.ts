import {
  CompactRange,
  emptyRoot,
  GrowingTree,
  type LogFile,
  nodeHash,
  tilePath,
  tileWidthMax,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { LedgerReader } from '../../core/audit/index.ts';
import { PublisherError } from './errors.ts';
import type { LogDirectory } from './log-directory.ts';

/** What a tree is restored from. */
interface RestoreParts {
  readonly reader: LedgerReader;
  readonly directory: LogDirectory;
}

/** What was signed last. */
interface SignedTree {
  readonly size: number;
  readonly root: Uint8Array;
}

const HASH_BYTES = 32;
/** Entries under a full tile of level 1: fewer than these are hashed again at a start, however long the log is. */
const EDGE_ENTRIES = tileWidthMax * tileWidthMax;
/** Entries read from the ledger at once. */
const READ_ENTRIES = 1024;

/** The tiles of level 1 and above cannot be used: whatever they were, the whole ledger has to answer. */
class UnusableTiles extends Error {}

/**
 * Rebuilds the tree of the last signed checkpoint and compares it with what was signed (G3). The tiles of level 1 and
 * above give the tree up to the last multiple of 65,536, and the entries behind it are hashed again: so the tiles, the
 * bundles and the ledger are compared at the right edge, and the time that it takes does not grow with the log. Full
 * files that are missing are written again. When this does not lead to the signed root, the whole ledger is hashed, to
 * tell which of both is not what it was.
 *
 * @throws PublisherError `Fork` when the ledger does not lead to the signed root, `Rollback` when it is too short for
 * it, `TileMismatch` when the ledger does and a file differs.
 */
export async function restoreTree(parts: RestoreParts, signed: SignedTree): Promise<GrowingTree> {
  if (parts.reader.size() < signed.size) throw tooShort(parts.reader.size(), signed.size);
  const base = signed.size - (signed.size % EDGE_ENTRIES);
  if (base === 0) return restoreFrom(parts, signed, 0);
  try {
    return await restoreFrom(parts, signed, base);
  } catch (error) {
    const isFork = error instanceof PublisherError && error.code === 'Fork';
    if (!isFork && !(error instanceof UnusableTiles)) throw error;
  }
  return restoreFrom(parts, signed, 0);
}

/** Appends entries of the ledger until the tree has `size` of them. `store` is given what becomes full on the way. */
export async function growTree(
  tree: GrowingTree,
  reader: LedgerReader,
  size: number,
  store: (files: readonly LogFile[]) => Promise<void>,
): Promise<void> {
  while (tree.size < size) {
    const { first, entries } = reader.read(tree.size, Math.min(READ_ENTRIES, size - tree.size));
    if (first !== tree.size || entries.length === 0) throw tooShort(tree.size, size);
    for (const entry of entries) tree.append(entry);
    await store(tree.takeFullFiles());
  }
}

async function restoreFrom(parts: RestoreParts, signed: SignedTree, base: number): Promise<GrowingTree> {
  const { missing, different, root, tree } = await compareFiles(parts, signed, base);
  if (Buffer.compare(root, signed.root) !== 0) {
    throw new PublisherError(
      'Fork',
      `the ledger's first \`${signed.size}\` entries are not those of the last signed checkpoint`,
    );
  }
  if (different !== undefined) {
    throw new PublisherError('TileMismatch', `the published file \`${different}\` was altered`);
  }
  if (missing === 0) return tree;
  // Only now it is known that what is written belongs to the signed tree.
  const again = await treeAt(parts, base);
  await growTree(again, parts.reader, signed.size, (files) => parts.directory.writeFull(files));
  return again;
}

interface Comparison {
  readonly tree: GrowingTree;
  readonly root: Uint8Array;
  /** How many full files are not there. */
  readonly missing: number;
  /** The first full file that differs. */
  readonly different: string | undefined;
}

async function compareFiles(parts: RestoreParts, signed: SignedTree, base: number): Promise<Comparison> {
  const tree = await treeAt(parts, base);
  let missing = 0;
  let different: string | undefined;
  await growTree(tree, parts.reader, signed.size, async (files) => {
    for (const file of files) {
      const state = await parts.directory.compare(file);
      if (state === 'missing') missing += 1;
      if (state === 'different') different ??= file.path;
    }
  });
  return { tree, root: tree.root(), missing, different };
}

/** The tree of the first `base` entries, a multiple of 65,536, from its tiles of level 1 and above. */
async function treeAt({ directory }: RestoreParts, base: number): Promise<GrowingTree> {
  if (base === 0) return new GrowingTree(nodeCrypto);
  const edge = new Map<string, Uint8Array>();
  const subtrees: Uint8Array[] = [];
  for (
    let level = 2, count = base / EDGE_ENTRIES;
    count > 0;
    level += 1, count = Math.floor(count / tileWidthMax)
  ) {
    const n = Math.floor(count / tileWidthMax);
    const width = count % tileWidthMax;
    if (width === 0) continue;
    const hashes = await rootsOfTiles(directory, level - 1, n * tileWidthMax, width);
    edge.set(tilePath(level, n, width), Buffer.concat(hashes));
    subtrees.unshift(...subtreeRoots(hashes));
  }
  // Nothing vouches for this root; the signed one vouches for what grows from it.
  const root = joined(subtrees);
  return GrowingTree.restore({
    size: base,
    root,
    fetch: (path) => Promise.resolve(edge.get(path) ?? null),
    hasher: nodeCrypto,
  });
}

async function rootsOfTiles(
  directory: LogDirectory,
  level: number,
  first: number,
  count: number,
): Promise<readonly Uint8Array[]> {
  const roots: Uint8Array[] = [];
  for (let n = first; n < first + count; n += 1) {
    const bytes = await directory.read(tilePath(level, n));
    if (bytes?.length !== tileWidthMax * HASH_BYTES) {
      throw new UnusableTiles(`\`${tilePath(level, n)}\` is not a full tile`);
    }
    roots.push(joined(subtreeRoots(hashesOf(bytes))));
  }
  return roots;
}

function hashesOf(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, index) =>
    bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
}

/** The roots of the perfect subtrees over `hashes`, the largest first. */
function subtreeRoots(hashes: readonly Uint8Array[]): readonly Uint8Array[] {
  const range = new CompactRange(nodeCrypto);
  for (const hash of hashes) range.append(hash);
  return range.subtreeRoots;
}

function joined(subtrees: readonly Uint8Array[]): Uint8Array {
  const last = subtrees.at(-1);
  if (last === undefined) return emptyRoot(nodeCrypto);
  return subtrees.slice(0, -1).reduceRight((right, left) => nodeHash(left, right, nodeCrypto), last);
}

function tooShort(size: number, signed: number): PublisherError {
  return new PublisherError(
    'Rollback',
    `the ledger has \`${size}\` entries, and \`${signed}\` were signed or counted before`,
  );
}
