import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BatchAnswer, CommitItem, LedgerStore, StateWrite } from '../../core/audit/index.ts';

/** Opens the one store of a place; after `close`, again. */
export type OpenStore = () => LedgerStore;

/** A new, empty place for a store, gone when the test is over. */
export type NewPlace = () => { readonly open: OpenStore; readonly dispose: () => void };

/** What every ledger store must pass: the promises of `LedgerStore` and `Ledger`, one by one. */
export function ledgerStoreContract(name: string, newPlace: NewPlace): void {
  const it = (promise: string, check: (store: LedgerStore, open: OpenStore) => void): void => {
    test(`${name}: ${promise}`, () => {
      const place = newPlace();
      try {
        check(place.open(), place.open);
      } finally {
        place.dispose();
      }
    });
  };
  testIndexes(it);
  testStaleness(it);
  testState(it);
  testReading(it);
  testNamedValues(it);
}

type It = (promise: string, check: (store: LedgerStore, open: OpenStore) => void) => void;

function testIndexes(it: It): void {
  it('a new store is empty', (store) => {
    assert.equal(store.size(), 0);
    assert.deepEqual(store.load(), { revision: 0, changes: [] });
    assert.deepEqual(store.read(0, 10), { first: 0, entries: [] });
    store.close();
  });

  it('indexes are gapless over batches and openings', (first, open) => {
    assert.deepEqual(indexes(first.commit([use('a'), use('b')])), [0, 1]);
    assert.deepEqual(indexes(first.commit([use('c')])), [2]);
    first.close();
    const second = open();
    assert.equal(second.size(), 3);
    assert.deepEqual(indexes(second.commit([use('d'), use('e')])), [3, 4]);
    assert.deepEqual(texts(second, 0, 10), ['a', 'b', 'c', 'd', 'e']);
    second.close();
  });

  it('a batch without items changes nothing', (store) => {
    assert.deepEqual(store.commit([]), { answers: [], changes: [] });
    assert.equal(store.size(), 0);
    store.close();
  });

  it('entries have 1 to 65,535 bytes, and a batch with another one is not written at all', (store) => {
    for (const size of [0, 65_536]) {
      const wrong = { ...use('x'), entry: new Uint8Array(size) };
      assert.throws(() => store.commit([change('a', { s: 'lost' }), wrong]));
    }
    assert.equal(store.size(), 0);
    assert.deepEqual(store.load(), { revision: 0, changes: [] });
    const longest = new Uint8Array(65_535).fill(7);
    assert.deepEqual(indexes(store.commit([{ ...use('x'), entry: longest }, use('y')])), [0, 1]);
    assert.deepEqual(Buffer.from(store.read(0, 1).entries[0] ?? []), Buffer.from(longest));
    assert.deepEqual(texts(store, 1, 1), ['y']);
    store.close();
  });

  it('keeps bytes of its own: an entry overwritten by its owner later is still what was committed', (store) => {
    const entry = Buffer.from('before');
    store.commit([{ ...use('x'), entry }]);
    entry.write('behind');
    assert.deepEqual(texts(store, 0, 1), ['before']);
    store.close();
  });
}

function testStaleness(it: It): void {
  it('an item is stale exactly when what it read changed after the revision it was judged at', (store) => {
    store.commit([use('0'), use('1'), change('2', { key: 'v1' })]);
    assert.deepEqual(kinds(store.commit([use('x', 2, ['key'])])), ['stale']);
    assert.deepEqual(kinds(store.commit([use('x', 3, ['key'])])), ['committed']);
    assert.deepEqual(kinds(store.commit([use('x', 2, ['other']), use('x', 0, [])])), [
      'committed',
      'committed',
    ]);
    store.close();
  });

  it('a subject that did not exist when it was looked at makes stale once it does', (store) => {
    assert.deepEqual(kinds(store.commit([use('x', 0, ['alias'])])), ['committed']);
    store.commit([change('y', { alias: 'v1' })]);
    assert.deepEqual(kinds(store.commit([use('x', 0, ['alias'])])), ['stale']);
    store.close();
  });

  it('items of one batch see the changes of those before them, and not those after', (store) => {
    const batch = [
      use('before', 0, ['key']),
      change('disable', { key: 'disabled' }, 0, ['key']),
      use('after', 0, ['key']),
      use('elsewhere', 0, ['other']),
      change('lost update', { key: 'enabled' }, 0, ['key']),
    ];
    const answer = store.commit(batch);
    assert.deepEqual(kinds(answer), ['committed', 'committed', 'stale', 'committed', 'stale']);
    assert.deepEqual(indexes(answer), [0, 1, 2]);
    assert.deepEqual(answer.changes, [{ subject: 'key', record: 'disabled', revision: 2 }]);
    assert.deepEqual(texts(store, 0, 10), ['before', 'disable', 'elsewhere']);
    store.close();
  });

  it('its own writes do not make an item stale', (store) => {
    assert.deepEqual(kinds(store.commit([change('x', { key: 'v1' }, 0, ['key'])])), ['committed']);
    store.close();
  });

  it('a batch of stale items writes nothing', (store) => {
    store.commit([change('x', { key: 'v1' })]);
    const answer = store.commit([use('y', 0, ['key']), change('z', { key: 'v2' }, 0, ['key'])]);
    assert.deepEqual(answer, { answers: [{ kind: 'stale' }, { kind: 'stale' }], changes: [] });
    assert.equal(store.size(), 1);
    store.close();
  });

  it('what is deleted still makes stale, also after the store was opened again', (first, open) => {
    first.commit([change('x', { key: 'v1' })]);
    first.commit([change('y', { key: null }, 1, ['key'])]);
    assert.deepEqual(kinds(first.commit([use('z', 1, ['key'])])), ['stale']);
    first.close();
    const second = open();
    assert.deepEqual(kinds(second.commit([use('z', 1, ['key'])])), ['stale']);
    assert.deepEqual(kinds(second.commit([use('z', 2, ['key'])])), ['committed']);
    second.close();
  });
}

function testState(it: It): void {
  it('the revision of a change is one more than the index of its entry', (store) => {
    store.commit([use('0')]);
    const answer = store.commit([use('1'), change('2', { a: 'v1', b: 'v1' }), change('3', { a: 'v2' }, 9)]);
    assert.deepEqual(answer.changes, [
      { subject: 'a', record: 'v1', revision: 3 },
      { subject: 'b', record: 'v1', revision: 3 },
      { subject: 'a', record: 'v2', revision: 4 },
    ]);
    assert.equal(store.load().revision, 4);
    store.close();
  });

  it('a snapshot holds the newest change of each subject, in order, also after opening again', (first, open) => {
    first.commit([change('0', { a: 'v1', b: 'v1' }), change('1', { c: 'v1' }), change('2', { a: 'v2' }, 9)]);
    first.commit([use('3'), change('4', { b: null }, 9)]);
    const expected = {
      revision: 5,
      changes: [
        { subject: 'c', record: 'v1', revision: 2 },
        { subject: 'a', record: 'v2', revision: 3 },
        { subject: 'b', record: null, revision: 5 },
      ],
    };
    assert.deepEqual(first.load(), expected);
    first.close();
    const second = open();
    assert.deepEqual(second.load(), expected);
    second.close();
  });
}

function testReading(it: It): void {
  it('reads slices at any offset and of any length, however the entries were grouped', (store) => {
    const groups = [1, 3, 2, 7, 1, 1, 5];
    let next = 0;
    for (const count of groups) {
      store.commit(Array.from({ length: count }, () => use(String(next++))));
    }
    for (let first = 0; first <= next; first += 1) {
      for (let limit = 1; limit <= next + 1; limit += 1) {
        const expected = Array.from({ length: Math.min(limit, next - first) }, (_, at) => String(first + at));
        const slice = store.read(first, limit);
        assert.equal(slice.first, first);
        assert.deepEqual(
          slice.entries.map((entry) => Buffer.from(entry).toString('utf8')),
          expected,
        );
      }
    }
    assert.deepEqual(store.read(next + 5, 1).entries, []);
    store.close();
  });

  it('reads any part of a large batch', (store) => {
    store.commit([change('0', { key: 'v1' })]);
    store.commit(Array.from({ length: 200 }, (_, at) => use(String(at + 1))));
    store.commit([
      ...Array.from({ length: 130 }, (_, at) => use(String(at + 201))),
      change('331', { key: 'v2' }),
    ]);
    assert.equal(store.size(), 332);
    for (const first of [0, 1, 63, 64, 65, 127, 128, 129, 199, 200, 201, 202, 330, 331]) {
      const length = Math.min(70, 332 - first);
      assert.deepEqual(
        texts(store, first, 70),
        Array.from({ length }, (_, at) => String(first + at)),
      );
    }
    assert.equal(store.load().revision, 332);
    store.close();
  });

  it('hands out the state in parts, in the order of the whole', (store) => {
    for (let at = 0; at < 7; at += 1) store.commit([change(String(at), { [`key${at % 5}`]: `v${at}` })]);
    const { changes } = store.load();
    for (const changesMax of [1, 2, 3, 5, 100]) {
      const parts = [...store.parts(changesMax)];
      assert.deepEqual(parts.flat(), changes);
      for (const part of parts) assert.ok(part.length >= 1 && part.length <= changesMax);
    }
    store.close();
  });
}

function testNamedValues(it: It): void {
  it('a checkpoint is replaced only by who knows the one before', (first, open) => {
    assert.equal(first.checkpoint(), null);
    assert.equal(first.replaceCheckpoint('c0', 'c1'), false);
    assert.equal(first.replaceCheckpoint(null, 'c1'), true);
    assert.equal(first.replaceCheckpoint(null, 'c2'), false);
    assert.equal(first.replaceCheckpoint('c0', 'c2'), false);
    assert.equal(first.checkpoint(), 'c1');
    assert.equal(first.replaceCheckpoint('c1', 'c2'), true);
    first.close();
    const second = open();
    assert.equal(second.checkpoint(), 'c2');
    second.close();
  });

  it('an installed value is kept and cannot be installed again', (first, open) => {
    assert.equal(first.installation('name'), null);
    first.install('name', 'value');
    assert.throws(() => first.install('name', 'another'));
    first.close();
    const second = open();
    assert.equal(second.installation('name'), 'value');
    assert.equal(second.installation('another name'), null);
    second.close();
  });
}

function use(text: string, judgedAt = 0, reads: readonly string[] = []): CommitItem {
  return { judgedAt, reads, writes: [], entry: Buffer.from(text) };
}

function change(
  text: string,
  records: Readonly<Record<string, string | null>>,
  judgedAt = 0,
  reads: readonly string[] = [],
): CommitItem {
  const writes = Object.entries(records).map(([subject, record]): StateWrite => ({ subject, record }));
  return { judgedAt, reads, writes, entry: Buffer.from(text) };
}

function kinds(answer: BatchAnswer): readonly string[] {
  return answer.answers.map(({ kind }) => kind);
}

function indexes(answer: BatchAnswer): readonly number[] {
  return answer.answers.flatMap((one) => (one.kind === 'committed' ? [one.index] : []));
}

function texts(store: LedgerStore, first: number, limit: number): readonly string[] {
  return store.read(first, limit).entries.map((entry) => Buffer.from(entry).toString('utf8'));
}
