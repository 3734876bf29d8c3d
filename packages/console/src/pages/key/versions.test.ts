import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysUntil, seriesOf, versionsOf } from './versions.ts';

const day = 86_400;
const rotations = [
  { KeyMaterialId: 'b', KeyMaterialState: 'CURRENT', RotationDate: 20 * day, RotationType: 'ON_DEMAND' },
  { KeyMaterialId: 'a', KeyMaterialState: 'NON_CURRENT' },
  { KeyMaterialId: 'c', KeyMaterialState: 'PENDING_ROTATION' },
] as const;
const uses = [
  { value: 'a', count: 3, days: { '1970-01-20': 1, '1970-01-22': 2 } },
  { value: 'b', count: 5, days: { '1970-01-22': 5 } },
];

test('versions are numbered from the first, and told with their use', () => {
  const versions = versionsOf(rotations, 10 * day, uses);
  assert.deepEqual(
    versions.map(({ number, materialId, isCurrent, since, until, use }) => [
      number,
      materialId,
      isCurrent,
      since,
      until,
      use?.count,
    ]),
    [
      [3, 'c', false, undefined, undefined, undefined],
      [2, 'b', true, 20 * day * 1000, undefined, 5],
      [1, 'a', false, 10 * day * 1000, 20 * day * 1000, 3],
    ],
  );
});

test('use a day tells the current version from older ones', () => {
  const days = daysUntil(21.5 * day * 1000, 3);
  assert.deepEqual(days, [19 * day * 1000, 20 * day * 1000, 21 * day * 1000]);
  const series = seriesOf(versionsOf(rotations, 10 * day, uses), days);
  assert.deepEqual(
    series.map(({ label, values }) => [label, values]),
    [
      ['Current version 2', [0, 0, 5]],
      ['Older versions', [1, 0, 2]],
    ],
  );
});
