import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysOf } from './days.ts';

test('the last days begin at midnight in UTC, and today is one of them', () => {
  const now = Date.UTC(2026, 2, 1, 13, 5);
  assert.deepEqual(
    daysOf(now, 3).map((day) => new Date(day).toISOString()),
    ['2026-02-27T00:00:00.000Z', '2026-02-28T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
  );
});
