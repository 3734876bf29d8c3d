import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leafHash, type LogFetch, nodeHash, sha256, tilePath } from '@keywitness/log';
import { historyStep } from './seen-checkpoint.ts';

const hasher = { sha256 };
const now = new Date('2030-01-31T12:00:00Z');
const [a, b, c, x] = ['a', 'b', 'c', 'x'].map((text) => leafHash(new TextEncoder().encode(text), hasher));
assert(a !== undefined && b !== undefined && c !== undefined && x !== undefined);
const origin = 'log.example/one';
const two = { origin, size: 2, root: nodeHash(a, b, hasher) };
const three = { origin, size: 3, root: nodeHash(two.root, c, hasher) };
const forked = { origin, size: 3, root: nodeHash(nodeHash(a, x, hasher), c, hasher) };

/** The published log of these leaves. */
function logOf(...leaves: readonly Uint8Array[]): LogFetch {
  const tile = Uint8Array.from(leaves.flatMap((leaf) => [...leaf]));
  return (path) => Promise.resolve(path === tilePath(0, 0, leaves.length) ? tile : null);
}

test('a log must go on from the largest checkpoint that was confirmed before', async () => {
  const steps = [
    await historyStep(two, logOf(a, b), now),
    // A log that cannot be read is compared with nothing, and what was seen is kept.
    await historyStep(three, () => Promise.resolve(null), now),
    await historyStep(forked, logOf(a, x, c), now),
    await historyStep({ ...two, root: nodeHash(a, x, hasher) }, logOf(a, x), now),
    await historyStep(three, logOf(a, b, c), now),
    // An older checkpoint of the same history is as good.
    await historyStep(two, logOf(a, b, c), now),
    await historyStep(forked, logOf(a, x, c), now),
    // Another log is met for the first time.
    await historyStep({ ...forked, origin: 'log.example/two' }, logOf(a, x, c), now),
  ];
  assert.deepEqual(
    steps.map(({ state }) => state),
    ['noted', 'skipped', 'failed', 'failed', 'passed', 'passed', 'failed', 'noted'],
  );
});
