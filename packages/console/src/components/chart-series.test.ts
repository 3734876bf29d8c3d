import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stacked, stepOf } from './chart-series.ts';

test('each series of a stack stands on those before it, and nothing stands for nothing', () => {
  const series = [
    { label: 'a', tone: 'success', values: [1, 2, null] },
    { label: 'b', tone: 'denied', values: [10, 0, 5] },
  ] as const;
  assert.deepEqual(stacked(series, 3), [
    [1, 2, null],
    [11, null, 5],
  ]);
});

test('bars are as far apart as the first two; a single one is a minute wide', () => {
  assert.equal(stepOf([5000, 8000, 11_000]), 3000);
  assert.equal(stepOf([5000]), 60_000);
});
