import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommitItem } from '../../core/audit/index.ts';
import { type Fault, faultyStore, newMemoryDisk, openMemoryStore } from './index.ts';

const item: CommitItem = {
  judgedAt: 0,
  reads: [],
  writes: [{ subject: 'key:a', record: 'v' }],
  entry: Buffer.from('entry'),
};

test('a write that fails before leaves nothing, one that is kept hands its changes out with the next', () => {
  const faults: (Fault | undefined)[] = ['before', 'kept', undefined];
  const store = faultyStore(openMemoryStore(), () => faults.shift());
  assert.throws(() => store.commit([item]));
  assert.equal(store.size(), 0);
  assert.throws(() => store.commit([item]));
  assert.equal(store.size(), 1);
  const { answers, changes } = store.commit([item]);
  assert.deepEqual(answers, [{ kind: 'committed', index: 1 }]);
  assert.deepEqual(
    changes.map(({ revision }) => revision),
    [1, 2],
  );
});

test('a store that died answers nothing, and what it kept is there when it is opened again', () => {
  const disk = newMemoryDisk();
  const faults: Fault[] = ['dies'];
  const store = faultyStore(openMemoryStore(disk), () => faults.shift());
  assert.throws(() => store.commit([item]));
  assert.throws(() => store.commit([item]), /dead/);
  assert.equal(openMemoryStore(disk).size(), 1);
});

test('checkpoints and installed values fail in the same ways', () => {
  const faults: (Fault | undefined)[] = ['before', 'kept', 'before', 'kept'];
  const store = faultyStore(openMemoryStore(), () => faults.shift());
  assert.throws(() => store.replaceCheckpoint(null, 'c1'));
  assert.equal(store.checkpoint(), null);
  assert.throws(() => store.replaceCheckpoint(null, 'c1'));
  assert.equal(store.checkpoint(), 'c1');
  assert.throws(() => store.install('name', 'value'));
  assert.equal(store.installation('name'), null);
  assert.throws(() => store.install('name', 'value'));
  assert.equal(store.installation('name'), 'value');
});
