import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTime, showTime, type Zone } from './index.ts';

const now = Date.UTC(2026, 6, 1, 12);
const instants = fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31) });
const zones = fc.constantFrom<Zone>('local', 'utc');

test('relative times are before now', () => {
  const units = [
    ['s', 1000],
    ['m', 60_000],
    ['h', 3_600_000],
    ['d', 86_400_000],
    ['w', 604_800_000],
  ] as const;
  fc.assert(
    fc.property(fc.nat(999_999_999), fc.constantFrom(...units), zones, (count, [unit, unitMs], zone) => {
      assert.equal(parseTime(`${count}${unit}`, now, zone), now - count * unitMs);
    }),
  );
});

test('an instant with its offset is read as written, to the millisecond', () => {
  const offsets = fc.record({ sign: fc.constantFrom(1, -1), hours: fc.nat(23), minutes: fc.nat(59) });
  fc.assert(
    fc.property(instants, offsets, zones, (instant, { sign, hours, minutes }, zone) => {
      const shifted = new Date(instant + sign * (hours * 60 + minutes) * 60_000);
      fc.pre(shifted.getUTCFullYear() >= 1000 && shifted.getUTCFullYear() <= 9999);
      const digits = [hours, minutes].map((number) => String(number).padStart(2, '0')).join(':');
      const text = `${shifted.toISOString().slice(0, -1)}${sign < 0 ? '-' : '+'}${digits}`;
      assert.equal(parseTime(text, now, zone), instant);
      assert.equal(parseTime(new Date(instant).toISOString(), now, zone), instant);
    }),
  );
});

test('a time that was shown is read again', () => {
  fc.assert(
    fc.property(instants, (instant) => {
      const shown = showTime(new Date(instant).toISOString(), 'utc', 'milliseconds');
      assert.equal(parseTime(shown, now, 'utc'), instant);
      const local = new Date(instant);
      const midnight = new Date(local.getFullYear(), local.getMonth(), local.getDate()).getTime();
      const day = [local.getFullYear(), local.getMonth() + 1, local.getDate()].map((part) =>
        String(part).padStart(2, '0'),
      );
      assert.equal(parseTime(day.join('-'), now, 'local'), midnight);
    }),
  );
});

test('days, seconds and fractions may be left out', () => {
  assert.equal(parseTime('2026-07-01', now, 'utc'), Date.UTC(2026, 6, 1));
  assert.equal(parseTime('2026-07-01T12:30', now, 'utc'), Date.UTC(2026, 6, 1, 12, 30));
  assert.equal(parseTime('2026-07-01 12:30:05.5Z', now, 'local'), Date.UTC(2026, 6, 1, 12, 30, 5, 500));
});

test('what is no time is not guessed at', () => {
  const texts = [
    '',
    '2h30m',
    '-2h',
    '2 h',
    '1.5h',
    '2y',
    'yesterday',
    '2026-02-30',
    '2026-13-01',
    '2026-07-01T24:00',
  ];
  for (const text of [
    ...texts,
    '2026-07-01T12:60',
    '2026-7-1',
    '20260701',
    '2026-07-01T12:00+25:00',
    '1e3',
  ]) {
    assert.equal(parseTime(text, now, 'utc'), undefined, text);
    assert.equal(parseTime(text, now, 'local'), undefined, text);
  }
});

test('a time that cannot be read is shown as it is', () => {
  assert.equal(showTime('soon', 'utc', 'seconds'), 'soon');
});
