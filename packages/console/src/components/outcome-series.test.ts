import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outcomeSeries, outcomeTotals } from './outcome-series.ts';

const histogram = {
  from: '2030-01-01T00:00:00.000Z',
  to: '2030-01-01T00:02:00.000Z',
  bucketMs: 60_000,
  buckets: [
    { success: 1, denied: 2, error: 0, throttled: 0 },
    { success: 3, denied: 0, error: 1, throttled: 0 },
  ],
  size: 7,
};

test('each bucket becomes a bar where it begins, and is counted by outcome', () => {
  const { series, timesMs } = outcomeSeries(histogram);
  assert.deepEqual(timesMs, [Date.UTC(2030, 0, 1), Date.UTC(2030, 0, 1, 0, 1)]);
  assert.deepEqual(
    series.map(({ tone, values }) => [tone, ...values]),
    [
      ['success', 1, 3],
      ['denied', 2, 0],
      ['error', 0, 1],
      ['throttled', 0, 0],
    ],
  );
  assert.deepEqual(
    outcomeTotals(histogram).map(({ count }) => count),
    [4, 2, 1, 0],
  );
});
