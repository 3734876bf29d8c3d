import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stacked } from './chart-series.ts';

test('each series of a stack stands on those before it, and a gap is nothing', () => {
  const series = [
    { label: 'a', tone: 'success', values: [1, 2, null] },
    { label: 'b', tone: 'denied', values: [10, 0, 5] },
  ] as const;
  assert.deepEqual(stacked(series, 3), [
    [1, 2, 0],
    [11, 2, 5],
  ]);
});
