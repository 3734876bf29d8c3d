import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../../stores/contract/any-character.test-fixture.ts';
import { Params } from '../params.ts';
import { pageOfItems } from './item-pages.ts';

const MARKER_UNITS_MAX = 320;

/** All pages of a listing, one after the other. */
function pagesOf(items: readonly string[], maxItems: number): readonly (readonly string[])[] {
  const pages: (readonly string[])[] = [];
  let marker: string | undefined;
  do {
    const page = pageOfItems(items, new Params({ marker, maxItems }), (item) => item);
    assert.equal(page.isTruncated, page.marker !== undefined);
    assert.ok((page.marker ?? '').length <= MARKER_UNITS_MAX);
    assert.ok(page.items.length <= maxItems);
    pages.push(page.items);
    marker = page.marker;
  } while (marker !== undefined);
  return pages;
}

test('pages hold every item once, whatever it is called and however long', () => {
  const name = fc.oneof(fc.string(), fc.string({ minLength: 60, maxLength: 90, unit: anyCharacter }));
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { maxLength: 20 }),
      fc.integer({ min: 1, max: 7 }),
      (items, maxItems) => {
        assert.deepEqual(pagesOf(items, maxItems).flat().sort(), [...items].sort());
      },
    ),
  );
});

test('names that are alike for long are told apart', () => {
  const items = ['a', 'b', 'c'].map((end) => `${'x'.repeat(1000)}${end}`);
  assert.deepEqual(pagesOf(items, 1).flat().sort(), items);
});

test('what goes between two pages takes nothing else with it', () => {
  const first = pageOfItems(['a', 'b', 'c', 'd'], new Params({ maxItems: 2 }), (item) => item);
  const rest = pageOfItems(['a', 'c', 'd'], new Params({ marker: first.marker }), (item) => item);
  assert.deepEqual(rest.items, ['c', 'd']);
});

test('without a number, a page holds a hundred items', () => {
  const items = Array.from({ length: 101 }, (_, index) => String(index));
  assert.equal(pageOfItems(items, new Params({}), (item) => item).items.length, 100);
});

test('each page is the next part of the sorted listing, in whatever order its items come', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ maxLength: 4 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 5 }),
      (items, maxItems) => {
        assert.deepEqual(pagesOf(items, maxItems).flat(), [...items].sort());
      },
    ),
  );
});
