import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeRangeOf, timeRanges, windowOfRange } from './time-ranges.ts';

test('a window is of whole buckets, holds now, and stays as it is until the next bucket', () => {
  const now = Date.parse('2030-01-31T12:34:56.789Z');
  for (const range of timeRanges) {
    const { from, to } = windowOfRange(range, now);
    assert.equal(Date.parse(from) % range.bucketMs, 0);
    assert.equal((Date.parse(to) - Date.parse(from)) / range.bucketMs, range.buckets);
    assert.ok(Date.parse(to) > now && Date.parse(to) - now <= range.bucketMs);
    assert.deepEqual(windowOfRange(range, Date.parse(to) - 1), { from, to });
    assert.notDeepEqual(windowOfRange(range, Date.parse(to)), { from, to });
  }
});

test('an address names a range, or none', () => {
  assert.equal(timeRangeOf('7d', '24h').value, '7d');
  assert.equal(timeRangeOf('8d', '24h').value, '24h');
  assert.equal(timeRangeOf(null, '30d').value, '30d');
});
