import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CommitItem, LedgerStore } from '../../core/audit/index.ts';
import { anyCharacter } from './any-character.test-fixture.ts';
import type { NewPlace } from './ledger-store-contract.ts';

const SUBJECTS = ['key:a', 'key:b', 'alias:c', 'principal:d'] as const;

/** An item before it is known how far the store has come: it was judged so many revisions ago. */
interface Drawn {
  readonly revisionsAgo: number;
  readonly reads: readonly string[];
  readonly writes: readonly { readonly subject: string; readonly record: string | null }[];
  readonly bytes: Uint8Array;
}

type Step =
  | { readonly kind: 'commit'; readonly items: readonly Drawn[] }
  | { readonly kind: 'read'; readonly share: number; readonly limit: number }
  | { readonly kind: 'checkpoint'; readonly next: string; readonly matches: boolean }
  | { readonly kind: 'reopen' };

const subject = fc.constantFrom(...SUBJECTS);
const drawn: fc.Arbitrary<Drawn> = fc.record({
  revisionsAgo: fc.nat(4),
  reads: fc.uniqueArray(subject),
  writes: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.uniqueArray(
        fc.record({ subject, record: fc.option(fc.string({ unit: anyCharacter, maxLength: 8 })) }),
        { maxLength: 3, selector: (write) => write.subject },
      ),
    },
  ),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('commit'), items: fc.array(drawn, { maxLength: 6 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('read'),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      limit: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('checkpoint'), next: fc.string(), matches: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen') }) },
);

/** Random batches, reads and openings: a store answers them as the model does. */
export function compareWithModel(
  name: string,
  newPlace: NewPlace,
  newModel: () => LedgerStore,
  numRuns: number,
): void {
  test(`${name}: answers random batches, reads and openings as a store that does one thing after the other`, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const place = newPlace();
        const model = newModel();
        let store = place.open();
        try {
          for (const one of steps) {
            if (one.kind === 'reopen') {
              store.close();
              store = place.open();
            } else {
              assert.deepEqual(take(store, one), take(model, one));
            }
            assert.equal(store.size(), model.size());
            assert.deepEqual(sortedSnapshot(store), sortedSnapshot(model));
          }
        } finally {
          store.close();
          place.dispose();
        }
      }),
      { numRuns },
    );
  });
}

function take(store: LedgerStore, one: Exclude<Step, { kind: 'reopen' }>): unknown {
  switch (one.kind) {
    case 'commit': {
      const { revision } = store.load();
      return store.commit(one.items.map((item) => itemOf(item, revision)));
    }
    case 'read': {
      const { first, entries } = store.read(Math.round(one.share * store.size()), one.limit);
      return { first, entries: entries.map((entry) => Buffer.from(entry).toString('hex')) };
    }
    case 'checkpoint':
      return store.replaceCheckpoint(one.matches ? store.checkpoint() : 'another', one.next);
  }
}

function itemOf(item: Drawn, revision: number): CommitItem {
  const judgedAt = Math.max(0, revision - item.revisionsAgo);
  return { judgedAt, reads: item.reads, writes: item.writes, entry: item.bytes };
}

/** Changes of one revision have no order among themselves. */
function sortedSnapshot(store: LedgerStore): unknown {
  const { revision, changes } = store.load();
  return { revision, changes: [...changes].sort((left, right) => (left.subject < right.subject ? -1 : 1)) };
}
