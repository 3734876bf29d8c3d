import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecentEntries } from './recent-entries.ts';

test('what is read through it is what is in the ledger, wherever one reads', () => {
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.array(fc.tuple(fc.nat(3000), fc.nat(12_000), fc.integer({ min: -1, max: 600 })), { maxLength: 12 }),
      (before, steps) => {
        const ledger = Array.from({ length: before }, (_, index) => Buffer.from(String(index)));
        const reader = {
          size: () => ledger.length,
          read: (first: number, max: number) => ({
            first,
            entries: ledger.slice(first, first + Math.max(0, max)),
          }),
        };
        const recent = new RecentEntries(reader);
        for (const [added, first, max] of steps) {
          const start = ledger.length;
          for (let index = 0; index < added; index += 1) ledger.push(Buffer.from(String(ledger.length)));
          assert.deepEqual(recent.readTo(ledger.length), ledger.slice(start));
          const { entries } = recent.read(first, max);
          assert.deepEqual(entries, ledger.slice(first, first + Math.max(0, max)).slice(0, entries.length));
          if (first < ledger.length && max > 0) assert.ok(entries.length > 0);
        }
      },
    ),
    { numRuns: 60 },
  );
});
