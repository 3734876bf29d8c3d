import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localHour, localWeekday } from './local-time.ts';

const SUNDAY_LATE_IN_LONDON = Date.parse('2026-11-22T23:30:00Z');

test('the hour and the day are those of the zone, whatever the case of its name', () => {
  assert.equal(localHour(SUNDAY_LATE_IN_LONDON, 'europe/london'), '23');
  assert.equal(localWeekday(SUNDAY_LATE_IN_LONDON, 'Europe/London'), 'Sunday');
  assert.equal(localHour(SUNDAY_LATE_IN_LONDON, 'europe/berlin'), '0');
  assert.equal(localWeekday(SUNDAY_LATE_IN_LONDON, 'EUROPE/BERLIN'), 'Monday');
});

test('summer time counts', () => {
  assert.equal(localHour(Date.parse('2026-07-01T06:00:00Z'), 'europe/berlin'), '8');
  assert.equal(localHour(Date.parse('2026-12-01T07:00:00Z'), 'europe/berlin'), '8');
});

test('what is no zone has neither hour nor day', () => {
  for (const zone of ['', 'europe/atlantis', '../etc/passwd', 'x'.repeat(1000)]) {
    assert.equal(localHour(0, zone), undefined);
    assert.equal(localWeekday(0, zone), undefined);
  }
});
