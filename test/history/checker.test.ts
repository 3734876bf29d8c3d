import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Gap, type Use, violations } from './checker.ts';

const gap: Gap = { revokedAt: 10, revokedIndex: 100, restoredAt: 20, restoredIndex: 200 };
const use = (sentAt: number, answeredAt: number, index: number, allowed = true): Use => ({
  sentAt,
  answeredAt,
  index,
  allowed,
});

test('the checker finds what was recorded within a gap, and what began and ended within it', () => {
  const planted = [use(5, 12, 150), use(11, 19, 99), use(12, 25, 101)];
  assert.deepEqual(violations(planted, [gap]), planted);
});

test('the checker accepts what was recorded before the revocation or after the restoration, and every refusal', () => {
  const fine = [use(5, 12, 99), use(12, 25, 201), use(1, 2, 3), use(11, 19, 150, false)];
  assert.deepEqual(violations(fine, [gap]), []);
});
