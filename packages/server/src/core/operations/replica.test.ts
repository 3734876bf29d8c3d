import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { type AliasRecord, keyName } from '../keys/index.ts';
import { Replica } from './replica.ts';

const ACCOUNT = '111122223333';

function alias(name: string, targetKeyId: string): AliasRecord {
  return { name, arn: `arn:${name}`, targetKeyId, createdAtMs: 0, updatedAtMs: 0 };
}

test('a replica fed with changes is the replica that a snapshot makes', () => {
  const write = fc.record({
    name: fc.constantFrom('alias/a', 'alias/b', 'alias/c'),
    target: fc.option(fc.constantFrom('k1', 'k2', 'k3')),
  });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 30 }), (writes) => {
      const store = openMemoryStore();
      const follower = new Replica(store.load().changes);
      for (const { name, target } of writes) {
        const record = target === null ? null : JSON.stringify(alias(name, target));
        const item = { judgedAt: 0, reads: [], writes: [{ subject: `alias:${ACCOUNT}/${name}`, record }] };
        follower.apply(store.commit([{ ...item, entry: Buffer.from('{}') }]).changes);
      }
      const fresh = new Replica(store.load().changes);
      assert.equal(follower.revision, fresh.revision);
      assert.deepEqual(follower.aliasNames.of(ACCOUNT), fresh.aliasNames.of(ACCOUNT));
      for (const key of ['k1', 'k2', 'k3'].map((id) => keyName({ id }))) {
        assert.deepEqual(follower.aliasNames.ofKey(key).toSorted(), fresh.aliasNames.ofKey(key).toSorted());
      }
      for (const name of ['alias/a', 'alias/b', 'alias/c']) {
        const id = `${ACCOUNT}/${name}`;
        assert.deepEqual(follower.aliases.get(id), fresh.aliases.get(id));
      }
    }),
  );
});

test('a view remembers every name that was looked up, found or not, and no listing', () => {
  const store = openMemoryStore();
  const record = JSON.stringify(alias('alias/a', 'k1'));
  const replica = new Replica(store.load().changes);
  const item = { judgedAt: 0, reads: [], writes: [{ subject: `alias:${ACCOUNT}/alias/a`, record }] };
  replica.apply(store.commit([{ ...item, entry: Buffer.from('{}') }]).changes);
  const view = replica.view();
  assert.equal(view.alias(ACCOUNT, 'alias/a')?.targetKeyId, 'k1');
  assert.equal(view.key(keyName({ id: 'k1' })), undefined);
  assert.equal(view.principal('arn'), undefined);
  assert.equal(view.credential('AKIA'), undefined);
  view.peek.aliasNames.of(ACCOUNT);
  view.peek.aliases.get(`${ACCOUNT}/alias/a`);
  assert.deepEqual(view.reads, [`alias:${ACCOUNT}/alias/a`, 'key:k1', 'principal:arn', 'credential:AKIA']);
  assert.equal(view.revision, 1);
});

test('a subject of an unknown kind is our own fault', () => {
  const replica = new Replica();
  assert.throws(() => replica.apply([{ subject: 'cat:x', record: '{}', revision: 1 }]), TypeError);
});

test('a replica knows which keys are due for deletion, and forgets those that are taken back or gone', () => {
  const replica = new Replica();
  const record = (id: string, deletionAtMs?: number): string =>
    JSON.stringify({ id, materials: [], deletionAtMs });
  const put = (id: string, text: string | null): void =>
    replica.apply([{ subject: `key:${id}`, revision: 1, record: text }]);
  put('a', record('a', 100));
  put('b', record('b', 200));
  put('c', record('c'));
  put('d', JSON.stringify({ id: 'd', materials: [], description: '"deletionAtMs":1' }));
  assert.deepEqual(replica.keyNames.dueForDeletion(99), []);
  assert.deepEqual(replica.keyNames.dueForDeletion(100), ['a']);
  assert.deepEqual(replica.keyNames.dueForDeletion(200), ['a', 'b']);
  put('a', record('a'));
  put('b', null);
  assert.deepEqual(replica.keyNames.dueForDeletion(1000), []);
});
