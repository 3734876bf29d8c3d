import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contentPxMax, rowWindow, scrollTopFor } from './row-window.ts';

const cases = fc.record({
  rows: fc.integer({ min: 1, max: 20_000_000 }),
  rowPx: fc.integer({ min: 20, max: 80 }),
  viewportPx: fc.integer({ min: 100, max: 3000 }),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
});

test('what is seen is always drawn, and little more than that', () => {
  fc.assert(
    fc.property(cases, ({ rows, rowPx, viewportPx, at }) => {
      const heightPx = Math.min(rows * rowPx, contentPxMax);
      const scrollTopPx = at * Math.max(0, heightPx - viewportPx);
      const seen = rowWindow(scrollTopPx, viewportPx, rowPx, rows);
      assert.equal(seen.heightPx, heightPx);
      assert.ok(seen.end - seen.first <= viewportPx / rowPx + 27);
      assert.ok(seen.first === 0 || seen.offsetPx <= scrollTopPx);
      const bottomPx = seen.offsetPx + (seen.end - seen.first) * rowPx;
      assert.ok(seen.end === rows || bottomPx >= scrollTopPx + viewportPx);
    }),
  );
});

test('the end of the bar is the end of the list, however long that is', () => {
  const seen = rowWindow(contentPxMax - 600, 600, 34, 5_000_000);
  assert.equal(seen.end, 5_000_000);
  assert.ok(Math.abs(seen.offsetPx + (seen.end - seen.first) * 34 - contentPxMax) < 1);
});

test('scrolling to a row shows it', () => {
  fc.assert(
    fc.property(cases, fc.double({ min: 0, max: 0.999_999, noNaN: true }), (list, which) => {
      const { rows, rowPx, viewportPx, at } = list;
      const scrollTopPx = at * Math.max(0, Math.min(rows * rowPx, contentPxMax) - viewportPx);
      const row = Math.floor(which * rows);
      const target = scrollTopFor(row, scrollTopPx, viewportPx, rowPx, rows);
      const seen = rowWindow(target, viewportPx, rowPx, rows);
      assert.ok(row >= seen.first && row < seen.end);
    }),
  );
});
