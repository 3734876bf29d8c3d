import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeHex } from '../encoding/index.ts';
import { nodeCrypto as hasher } from '../node/index.ts';
import {
  CompactRange,
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from './index.ts';
import {
  referenceExtends,
  referenceIncludes,
  referencePath,
  referenceProof,
  referenceRoot,
} from './reference-tree.test-model.ts';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** The eight entries and roots that implementations of RFC 6962 have exchanged since Certificate Transparency began. */
const knownEntries = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(bytes);
const knownRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** All nodes of a tree of `size` leaves whose subtrees are perfect, for proofs to read. */
class HeldTree {
  readonly entries: readonly Uint8Array[];
  readonly #levels: Uint8Array[][];

  constructor(entries: readonly Uint8Array[]) {
    this.entries = entries;
    this.#levels = [entries.map((entry) => leafHash(entry, hasher))];
    for (let below = this.#levels[0] ?? []; below.length > 1;) {
      const level = Array.from({ length: below.length >> 1 }, (_, index) =>
        nodeHash(at(below, 2 * index), at(below, 2 * index + 1), hasher),
      );
      this.#levels.push(level);
      below = level;
    }
  }

  readonly read = (level: number, index: number): Uint8Array => at(at(this.#levels, level), index);

  leaf(index: number): Uint8Array {
    return this.read(0, index);
  }
}

function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  assert(item !== undefined, `there is no item ${index} of ${items.length}`);
  return item;
}

function numberedEntries(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) => Buffer.from(`entry ${index}`));
}

const held = new HeldTree(numberedEntries(300));
const heldRoots = Array.from({ length: 301 }, (_, size) => referenceRoot(held.entries.slice(0, size)));

test('the roots of the exchanged trees of 0 to 8 entries are the known ones', () => {
  for (const [size, root] of knownRoots.entries()) {
    const range = new CompactRange(hasher);
    for (const entry of knownEntries.slice(0, size)) range.append(leafHash(entry, hasher));
    assert.equal(encodeHex(range.root()), root);
    assert.equal(encodeHex(referenceRoot(knownEntries.slice(0, size))), root);
    assert.equal(range.size, size);
  }
  assert.equal(encodeHex(emptyRoot(hasher)), knownRoots[0]);
});

test('proofs of the example tree of RFC 6962 section 2.1.3 have the nodes that it names', async () => {
  const seven = new HeldTree(knownEntries.slice(0, 7));
  const [a, b, c, d, e, f, j] = [0, 1, 2, 3, 4, 5, 6].map((index) => seven.leaf(index));
  assert(a && b && c && d && e && f && j);
  const [g, h, i] = [nodeHash(a, b, hasher), nodeHash(c, d, hasher), nodeHash(e, f, hasher)];
  const [k, l] = [nodeHash(g, h, hasher), nodeHash(i, j, hasher)];
  assert.deepEqual(await inclusionProof(0, 7, seven.read, hasher), [b, h, l]);
  assert.deepEqual(await inclusionProof(3, 7, seven.read, hasher), [c, g, l]);
  assert.deepEqual(await inclusionProof(4, 7, seven.read, hasher), [f, j, k]);
  assert.deepEqual(await inclusionProof(6, 7, seven.read, hasher), [i, k]);
  assert.deepEqual(await consistencyProof(3, 7, seven.read, hasher), [c, d, g, l]);
  assert.deepEqual(await consistencyProof(4, 7, seven.read, hasher), [l]);
  assert.deepEqual(await consistencyProof(6, 7, seven.read, hasher), [i, j, k]);
});

test('every size up to 300 has the root of the recursive definition', () => {
  const range = new CompactRange(hasher);
  for (let size = 0; size <= 300; size += 1) {
    assert.deepEqual(range.root(), at(heldRoots, size));
    const subtrees = size.toString(2).replaceAll('0', '').length;
    assert.equal(range.subtreeRoots.length, subtrees);
    if (size < 300) range.append(held.leaf(size));
  }
});

test('every entry of every tree of up to 48 entries has the audit path of the definition', async () => {
  for (let size = 1; size <= 48; size += 1) {
    const entries = held.entries.slice(0, size);
    const root = at(heldRoots, size);
    for (let index = 0; index < size; index += 1) {
      const proof = await inclusionProof(index, size, held.read, hasher);
      assert.deepEqual(proof, referencePath(index, entries));
      assert.deepEqual(verifyInclusion({ index, size, leafHash: held.leaf(index), proof, root }, hasher), {
        ok: true,
      });
    }
  }
});

test('every pair of trees of up to 48 entries has the consistency proof of the definition', async () => {
  for (let newSize = 1; newSize <= 48; newSize += 1) {
    for (let oldSize = 0; oldSize <= newSize; oldSize += 1) {
      const proof = await consistencyProof(oldSize, newSize, held.read, hasher);
      const isTrivial = oldSize === 0 || oldSize === newSize;
      assert.deepEqual(
        proof,
        isTrivial ? [] : referenceProof(oldSize, held.entries.slice(0, newSize)),
        `${oldSize} to ${newSize}`,
      );
      const claim = {
        oldSize,
        newSize,
        oldRoot: at(heldRoots, oldSize),
        newRoot: at(heldRoots, newSize),
        proof,
      };
      assert.deepEqual(verifyConsistency(claim, hasher), { ok: true }, `${oldSize} to ${newSize}`);
    }
  }
});

test('all sizes up to 300: paths and consistency proofs are those of the definition and verify', async () => {
  const sizes = fc.integer({ min: 1, max: 300 }).chain((newSize) =>
    fc.record({
      newSize: fc.constant(newSize),
      oldSize: fc.integer({ min: 1, max: newSize }),
      index: fc.integer({ min: 0, max: newSize - 1 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(sizes, async ({ newSize, oldSize, index }) => {
      const entries = held.entries.slice(0, newSize);
      const [oldRoot, newRoot] = [at(heldRoots, oldSize), at(heldRoots, newSize)];
      const path = await inclusionProof(index, newSize, held.read, hasher);
      assert.deepEqual(path, referencePath(index, entries));
      const claim = { index, size: newSize, leafHash: held.leaf(index), proof: path, root: newRoot };
      assert.deepEqual(verifyInclusion(claim, hasher), { ok: true });
      assert(referenceIncludes(index, newSize, held.leaf(index), path, newRoot));
      if (oldSize === newSize) return;
      const proof = await consistencyProof(oldSize, newSize, held.read, hasher);
      assert.deepEqual(proof, referenceProof(oldSize, entries));
      assert.deepEqual(verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof }, hasher), {
        ok: true,
      });
      assert(referenceExtends(oldSize, newSize, oldRoot, newRoot, proof));
    }),
    { numRuns: 200 },
  );
});

/** What somebody may do to a proof. */
const damages = fc.constantFrom(
  'flip a bit',
  'drop the first hash',
  'drop the last hash',
  'add a hash in front',
  'add a hash at the end',
  'swap two hashes',
  'shift the index',
  'shift the size',
  'flip a bit of the root',
  'flip a bit of the hash',
);

function flipped(hash: Uint8Array, bit: number): Uint8Array {
  const copy = hash.slice();
  copy[(bit >> 3) % copy.length] = (copy[(bit >> 3) % copy.length] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

function damagedPath(
  damage: string,
  proof: readonly Uint8Array[],
  position: number,
  bit: number,
): readonly Uint8Array[] {
  const spot = proof.length === 0 ? 0 : position % proof.length;
  const extra = proof[spot] ?? new Uint8Array(32);
  switch (damage) {
    case 'flip a bit':
      return proof.map((hash, index) => (index === spot ? flipped(hash, bit) : hash));
    case 'drop the first hash':
      return proof.slice(1);
    case 'drop the last hash':
      return proof.slice(0, -1);
    case 'add a hash in front':
      return [extra, ...proof];
    case 'add a hash at the end':
      return [...proof, extra];
    case 'swap two hashes':
      return [...proof.slice(1), ...proof.slice(0, 1)];
    default:
      return proof;
  }
}

test('an audit path that was changed in any way is refused, and by the steps of RFC 9162 as well', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 300 }),
      fc.nat(),
      damages,
      fc.nat(),
      fc.nat(255),
      fc.integer({ min: -3, max: 3 }),
      async (size, chosen, damage, position, bit, shift) => {
        const index = chosen % size;
        const proof = await inclusionProof(index, size, held.read, hasher);
        const claim = {
          index: damage === 'shift the index' ? index + shift : index,
          size: damage === 'shift the size' ? size + shift : size,
          leafHash: damage === 'flip a bit of the hash' ? flipped(held.leaf(index), bit) : held.leaf(index),
          proof: damagedPath(damage, proof, position, bit),
          root: damage === 'flip a bit of the root' ? flipped(at(heldRoots, size), bit) : at(heldRoots, size),
        };
        const isUnchanged =
          claim.index === index &&
          claim.size === size &&
          !damage.startsWith('flip a bit of') &&
          claim.proof.length === proof.length &&
          claim.proof.every((hash, step) => hash === proof[step]);
        const verdict = verifyInclusion(claim, hasher);
        if (isUnchanged) assert(verdict.ok);
        // A path does not say how large the tree is: another size may have a path of the same shape for the entry.
        else if (damage !== 'shift the size') assert(!verdict.ok, damage);
        const { index: claimed, size: claimedSize, leafHash: hash, proof: path, root } = claim;
        if (claimed >= 0 && claimedSize > 0) {
          assert.equal(verdict.ok, referenceIncludes(claimed, claimedSize, hash, path, root), damage);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('a consistency proof that was changed in any way is refused, and by the steps of RFC 9162 as well', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 300 }),
      fc.nat(),
      damages,
      fc.nat(),
      fc.nat(255),
      fc.integer({ min: -3, max: 3 }),
      async (newSize, chosen, damage, position, bit, shift) => {
        const oldSize = 1 + (chosen % (newSize - 1));
        const proof = await consistencyProof(oldSize, newSize, held.read, hasher);
        const [oldRoot, newRoot] = [at(heldRoots, oldSize), at(heldRoots, newSize)];
        const claim = {
          oldSize: damage === 'shift the index' ? oldSize + shift : oldSize,
          newSize: damage === 'shift the size' ? newSize + shift : newSize,
          oldRoot: damage === 'flip a bit of the hash' ? flipped(oldRoot, bit) : oldRoot,
          newRoot: damage === 'flip a bit of the root' ? flipped(newRoot, bit) : newRoot,
          proof: damagedPath(damage, proof, position, bit),
        };
        const verdict = verifyConsistency(claim, hasher);
        if (damage.startsWith('flip')) assert(!verdict.ok, damage);
        if (damage.startsWith('drop') || damage.startsWith('add')) assert(!verdict.ok, damage);
        if (claim.oldSize > 0 && claim.oldSize < claim.newSize) {
          const { oldSize: from, newSize: to } = claim;
          const expected = referenceExtends(from, to, claim.oldRoot, claim.newRoot, claim.proof);
          assert.equal(verdict.ok, expected, damage);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('claims with sizes that are none, and hashes of other lengths, are refused and never throw', () => {
  const hash = new Uint8Array(32);
  for (const size of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert(!verifyInclusion({ index: 0, size, leafHash: hash, proof: [], root: hash }, hasher).ok);
    assert(!verifyInclusion({ index: size, size: 9, leafHash: hash, proof: [], root: hash }, hasher).ok);
    const claim = { oldRoot: hash, newRoot: hash, proof: [] };
    assert(!verifyConsistency({ ...claim, oldSize: size, newSize: 9 }, hasher).ok);
    assert(!verifyConsistency({ ...claim, oldSize: 0, newSize: size }, hasher).ok);
  }
  const short = new Uint8Array(31);
  assert(!verifyInclusion({ index: 0, size: 1, leafHash: short, proof: [], root: short }, hasher).ok);
  assert(!verifyInclusion({ index: 0, size: 2, leafHash: hash, proof: [short], root: hash }, hasher).ok);
});

test('trivial consistency: the empty tree precedes every tree, and a size has one root', () => {
  const [first, second] = [at(heldRoots, 1), at(heldRoots, 2)];
  const empty = emptyRoot(hasher);
  const claim = { oldSize: 0, newSize: 1, oldRoot: empty, newRoot: first, proof: [] };
  assert(verifyConsistency(claim, hasher).ok);
  assert(!verifyConsistency({ ...claim, oldRoot: first }, hasher).ok);
  assert(!verifyConsistency({ ...claim, proof: [first] }, hasher).ok);
  assert(!verifyConsistency({ ...claim, oldSize: 1, oldRoot: second }, hasher).ok);
  assert(!verifyConsistency({ ...claim, oldSize: 2, newSize: 1 }, hasher).ok);
});

test('proofs of entries and sizes that a tree does not have are refused', async () => {
  for (const [index, size] of [
    [1, 1],
    [0, 0],
    [-1, 4],
    [0.5, 4],
    [0, Number.NaN],
  ] as const) {
    await assert.rejects(inclusionProof(index, size, held.read, hasher), { code: 'out-of-range' });
  }
  await assert.rejects(consistencyProof(3, 2, held.read, hasher), { code: 'out-of-range' });
  await assert.rejects(consistencyProof(-1, 2, held.read, hasher), { code: 'out-of-range' });
  assert.throws(() => new CompactRange(hasher).append(new Uint8Array(31)), { code: 'out-of-range' });
});
