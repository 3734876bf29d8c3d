import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeHex } from '../encoding/index.ts';
import {
  CompactRange,
  consistencyProof,
  inclusionProof,
  leafHash,
  verifyConsistency,
  verifyInclusion,
} from '../merkle/index.ts';
import { nodeCrypto as hasher } from '../node/index.ts';
import { sampleEntries } from '../node/sample-log.test-model.ts';
import {
  decodeEntries,
  fetchTile,
  GrowingTree,
  type LogFetch,
  type LogFile,
  tileHashReader,
  tilePath,
  tileWidth,
} from './index.ts';

/** More than 256 full level 0 tiles: the tree has three levels of tiles. */
const entries = sampleEntries(66_000);
/** Sizes next to every edge of a tile, and some within. */
const sizes = [0, 1, 2, 255, 256, 257, 511, 512, 513, 600, 65_535, 65_536, 65_537, 65_792, 66_000];
const grown = grow(entries.length);

interface Grown {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Root by size. */
  readonly roots: ReadonlyMap<number, Uint8Array>;
  readonly order: readonly string[];
}

/** Grows a tree and keeps its full files, and the partial ones and the root of each of the sizes. */
function grow(count: number): Grown {
  const tree = new GrowingTree(hasher);
  const range = new CompactRange(hasher);
  const files = new Map<string, Uint8Array>();
  const roots = new Map<number, Uint8Array>();
  const order: string[] = [];
  const keep = (file: LogFile): void => {
    files.set(file.path, file.bytes);
    order.push(file.path);
  };
  for (let index = 0; index <= count; index += 1) {
    tree.takeFullFiles().forEach(keep);
    if (sizes.includes(index)) {
      tree.partialFiles().forEach(keep);
      roots.set(index, tree.root());
      assert.deepEqual(tree.root(), range.root(), `root at ${index}`);
    }
    const entry = entries[index];
    if (index === count || entry === undefined) break;
    assert.equal(tree.append(entry), index);
    range.append(leafHash(entry, hasher));
  }
  return { files, roots, order };
}

const fetch: LogFetch = (path) => Promise.resolve(grown.files.get(path) ?? null);

/** As a log that keeps no partial tile once the full one exists. */
const fetchFull: LogFetch = (path) => (path.includes('.p/') ? Promise.resolve(null) : fetch(path));

function rootAt(size: number): Uint8Array {
  const root = grown.roots.get(size);
  assert(root, `no root was kept at ${size}`);
  return root;
}

function entryAt(index: number): Uint8Array {
  const entry = entries[index];
  assert(entry);
  return entry;
}

test('tiles hold the hashes that tlog-tiles defines: MTH of 256^l entries each', () => {
  const level0 = grown.files.get('tile/0/256');
  assert(level0);
  assert.equal(level0.length, 8192);
  const hash = leafHash(entryAt(256 * 256 + 3), hasher);
  assert.equal(encodeHex(level0.subarray(96, 128)), encodeHex(hash));
  const level1 = grown.files.get('tile/1/000');
  assert(level1);
  for (const [position, n] of [0, 7, 255].entries()) {
    const range = new CompactRange(hasher);
    for (const entry of entries.slice(n * 256, (n + 1) * 256)) range.append(leafHash(entry, hasher));
    assert.equal(encodeHex(level1.subarray(n * 32, n * 32 + 32)), encodeHex(range.root()), `${position}`);
  }
  assert.deepEqual(grown.files.get('tile/2/000.p/1'), rootAt(65_536));
});

test('bundles hold the entries of their level 0 tile', () => {
  const bundle = grown.files.get('tile/entries/003');
  assert(bundle);
  assert.deepEqual(
    decodeEntries(bundle).map((entry) => Buffer.from(entry).toString()),
    entries.slice(768, 1024).map((entry) => Buffer.from(entry).toString()),
  );
});

test('there is a file for every tile and bundle that a size asks for, and no empty one', () => {
  for (const size of sizes) {
    for (const level of ['entries', 0, 1, 2, 3] as const) {
      for (let n = 0; tileWidth(level, n, size) > 0; n += 1) {
        assert(grown.files.has(tilePath(level, n, tileWidth(level, n, size))), `${size} ${level} ${n}`);
      }
    }
  }
  for (const [path, bytes] of grown.files) assert(bytes.length > 0, path);
});

test('files come in an order in which entries are stored before the hashes that speak of them', () => {
  for (const [position, path] of grown.order.entries()) {
    if (!path.startsWith('tile/0/')) continue;
    const bundle = grown.order.indexOf(path.replace('tile/0/', 'tile/entries/'));
    assert(bundle !== -1 && bundle < position, path);
  }
});

test('a tree that is restored at any size goes on as if it had never stopped', async () => {
  for (const size of sizes) {
    const tree = await GrowingTree.restore({ size, root: rootAt(size), fetch, hasher });
    assert.equal(tree.size, size);
    assert.deepEqual(tree.root(), rootAt(size));
    const next = sizes.find((candidate) => candidate > size) ?? size;
    for (const entry of entries.slice(size, next)) tree.append(entry);
    assert.deepEqual(tree.root(), rootAt(next), `from ${size} to ${next}`);
    for (const { path, bytes } of [...tree.takeFullFiles(), ...tree.partialFiles()]) {
      assert.deepEqual(bytes, grown.files.get(path), path);
    }
  }
});

test('a tree is restored from full tiles where the partial ones are gone', async () => {
  for (const size of [1, 255, 257, 600, 65_535]) {
    const tree = await GrowingTree.restore({ size, root: rootAt(size), fetch: fetchFull, hasher });
    assert.deepEqual(tree.root(), rootAt(size));
    assert.deepEqual(tree.partialFiles()[0]?.bytes, await partial('entries', size));
  }
});

async function partial(level: 'entries' | number, size: number): Promise<Uint8Array | undefined> {
  const n = Math.floor(size / 256);
  return (await fetchTile(fetchFull, level, n, tileWidth(level, n, size)))?.bytes;
}

test('a tree is not restored from an edge that is altered, of another root, or not there', async () => {
  const restore = (altered: LogFetch, root = rootAt(600)): Promise<GrowingTree> =>
    GrowingTree.restore({ size: 600, root, fetch: altered, hasher });
  const without =
    (path: string): LogFetch =>
    (asked) =>
      asked === path ? Promise.resolve(null) : fetch(asked);
  const changed =
    (path: string, change: (bytes: Uint8Array) => Uint8Array): LogFetch =>
    async (asked) => {
      const bytes = await fetch(asked);
      return asked === path && bytes !== null ? change(bytes.slice()) : bytes;
    };
  const flip = (bytes: Uint8Array): Uint8Array => bytes.fill((bytes[9] ?? 0) ^ 1, 9, 10);
  await restore(fetch);
  await assert.rejects(restore(fetch, rootAt(513)), { code: 'root-mismatch' });
  await assert.rejects(restore(changed('tile/0/002.p/88', flip)), { code: 'root-mismatch' });
  await assert.rejects(restore(changed('tile/1/000.p/2', flip)), { code: 'root-mismatch' });
  await assert.rejects(restore(changed('tile/entries/002.p/88', flip)), { code: 'root-mismatch' });
  const cut = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, -1);
  await assert.rejects(restore(changed('tile/1/000.p/2', cut)), { code: 'malformed-tile' });
  await assert.rejects(restore(changed('tile/entries/002.p/88', cut)), { code: 'malformed-bundle' });
  const longer = (bytes: Uint8Array): Uint8Array => Buffer.concat([bytes, Buffer.of(0, 0)]);
  await assert.rejects(restore(changed('tile/entries/002.p/88', longer)), { code: 'malformed-bundle' });
  const gone = (asked: string): Promise<Uint8Array | null> =>
    asked.startsWith('tile/1/') ? Promise.resolve(null) : fetch(asked);
  await assert.rejects(restore(gone), { code: 'missing-file' });
  // The full tile below has the partial one.
  await restore(without('tile/0/002.p/88'));
});

test('growing tiles are cut at any width that they have reached, and at no other', () => {
  const tree = new GrowingTree(hasher);
  for (const entry of entries.slice(0, 600)) tree.append(entry);
  for (const width of [1, 44, 88]) {
    assert.deepEqual(tree.partial(0, 2, width), grown.files.get('tile/0/002')?.slice(0, width * 32));
    assert.equal(decodeEntries(tree.partial('entries', 2, width)).length, width);
  }
  for (const [level, n, width] of [
    [0, 2, 89],
    [0, 2, 0],
    [0, 1, 256],
    [0, 3, 1],
    [1, 0, 3],
    [2, 0, 1],
    ['entries', 2, 89],
    ['entries', 1, 1],
  ] as const) {
    assert.throws(() => tree.partial(level, n, width), { code: 'not-held' });
  }
});

test('an entry that is too long leaves the tree as it was', () => {
  const tree = new GrowingTree(hasher);
  tree.append(entryAt(0));
  assert.throws(() => tree.append(new Uint8Array(65_536)), { code: 'out-of-range' });
  assert.throws(() => tree.append(entryAt(1), new Uint8Array(31)), { code: 'out-of-range' });
  tree.append(entryAt(1));
  assert.deepEqual(tree.root(), rootAt(2));
});

test('a bundle of the longest entries grows beyond its first reservation', () => {
  const tree = new GrowingTree(hasher);
  const long = Array.from({ length: 256 }, (_, index) => new Uint8Array(65_535).fill(index));
  for (const entry of long) tree.append(entry);
  const [bundle] = tree.takeFullFiles();
  assert.equal(bundle?.path, 'tile/entries/000');
  assert.equal(bundle.bytes.length, 256 * 65_537);
  assert.deepEqual(decodeEntries(bundle.bytes).at(-1), long.at(-1));
});

test('proofs are read from the tiles of any size, with partial tiles or the full ones', async () => {
  const chosen = fc.constantFrom(...sizes.filter((size) => size > 0)).chain((size) =>
    fc.record({
      size: fc.constant(size),
      index: fc.integer({ min: 0, max: size - 1 }),
      oldSize: fc.constantFrom(...sizes.filter((candidate) => candidate <= size)),
      source: fc.constantFrom(fetch, size < 65_537 ? fetchFull : fetch),
    }),
  );
  await fc.assert(
    fc.asyncProperty(chosen, async ({ size, index, oldSize, source }) => {
      // The full tiles above level 0 are not there yet at these sizes.
      const fallback: LogFetch = async (path) =>
        (await source(path)) ?? (path.startsWith('tile/0/') ? null : fetch(path));
      const read = tileHashReader({ size, fetch: fallback, hasher });
      const proof = await inclusionProof(index, size, read, hasher);
      const claim = { index, size, root: rootAt(size), leafHash: leafHash(entryAt(index), hasher), proof };
      assert.deepEqual(verifyInclusion(claim, hasher), { ok: true });
      const extension = {
        oldSize,
        newSize: size,
        oldRoot: rootAt(oldSize),
        newRoot: rootAt(size),
        proof: await consistencyProof(oldSize, size, read, hasher),
      };
      assert.deepEqual(verifyConsistency(extension, hasher), { ok: true });
    }),
    { numRuns: 150 },
  );
});

test('a reader of proofs says which file it misses, or which is no tile', async () => {
  const read = (source: LogFetch, size = 600): Promise<unknown> =>
    inclusionProof(599, size, tileHashReader({ size, fetch: source, hasher }), hasher);
  await assert.rejects(
    read(() => Promise.resolve(null)),
    { code: 'missing-file' },
  );
  await assert.rejects(
    read(() => Promise.resolve(new Uint8Array(1))),
    { code: 'malformed-tile' },
  );
  const reader = tileHashReader({ size: 600, fetch, hasher });
  await assert.rejects(Promise.resolve(reader(0, 600)), { code: 'out-of-range' });
  await assert.rejects(Promise.resolve(reader(8, 2)), { code: 'out-of-range' });
  await assert.rejects(Promise.resolve(reader(20, 0)), { code: 'out-of-range' });
});

test('a full tile that stands in for a partial one must be full', async () => {
  const source =
    (bytes: Uint8Array): LogFetch =>
    (path) =>
      Promise.resolve(path.includes('.p/') ? null : bytes);
  await assert.rejects(fetchTile(source(new Uint8Array(32)), 0, 0, 1), { code: 'malformed-tile' });
  await assert.rejects(fetchTile(source(Buffer.of(0, 0)), 'entries', 0, 1), { code: 'malformed-bundle' });
  assert.equal(await fetchTile(() => Promise.resolve(null), 0, 0, 1), null);
  assert.equal(await fetchTile(() => Promise.resolve(null), 0, 0, 256), null);
});
