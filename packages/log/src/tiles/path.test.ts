import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseTilePath, tilePath, tileWidth } from './index.ts';

const known: readonly (readonly [string, number | 'entries', number, number])[] = [
  ['tile/0/000', 0, 0, 256],
  ['tile/0/x001/x234/067', 0, 1_234_067, 256],
  ['tile/63/x001/000', 63, 1000, 256],
  ['tile/1/999.p/1', 1, 999, 1],
  ['tile/entries/x001/234.p/255', 'entries', 1234, 255],
  ['tile/0/x009/x007/x199/x254/x740/991', 0, Number.MAX_SAFE_INTEGER, 256],
];
for (const [path, level, n, width] of known) {
  test(`\`${path}\` is tile ${n} of level ${level} with ${width} hashes`, () => {
    assert.equal(tilePath(level, n, width), path);
    assert.deepEqual(parseTilePath(path), { level, n, width });
  });
}

const notPaths = [
  '',
  'checkpoint',
  'tile/0',
  'tile/0/0',
  'tile/0/00',
  'tile/0/0000',
  'tile/0/x000/000',
  'tile/0/x000/x001/000',
  'tile/0/001/000',
  'tile/0/x001',
  'tile/00/000',
  'tile/64/000',
  'tile/-1/000',
  'tile/0/000.p/0',
  'tile/0/000.p/01',
  'tile/0/000.p/256',
  'tile/0/000.p/',
  'tile/0/000.p',
  'tile/0/000/',
  '/tile/0/000',
  'tile/0/000\n',
  'tile/data/000',
  'tile/0/../../etc/passwd',
  'tile/0/x009/x007/x199/x254/x740/992',
  'tile/0/x999/x999/x999/x999/x999/x999/999',
];
for (const path of notPaths) {
  test(`${JSON.stringify(path)} is not the path of a tile`, () => {
    assert.equal(parseTilePath(path), undefined);
  });
}

test('any text is either the path that its parts are written as, or none', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc
      .array(fc.constantFrom('tile', '/', '0', 'x', '001', '.p/', 'entries', '255', '63', '000'), {
        maxLength: 12,
      })
      .map((parts) => parts.join('')),
    fc.stringMatching(/^tile\/(entries|\d{1,2})\/(x\d{3}\/){0,6}\d{3}(\.p\/\d{1,3})?$/),
  );
  fc.assert(
    fc.property(hostile, (path) => {
      const name = parseTilePath(path);
      if (name !== undefined) assert.equal(tilePath(name.level, name.n, name.width), path);
    }),
    { numRuns: 5000 },
  );
});

test('every tile has a path of its own that is read back', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
      fc.maxSafeNat(),
      fc.integer({ min: 1, max: 256 }),
      (level, n, width) => {
        assert.deepEqual(parseTilePath(tilePath(level, n, width)), { level, n, width });
      },
    ),
  );
});

test('tiles that no log can have are not named', () => {
  for (const [level, n, width] of [
    [-1, 0, 256],
    [64, 0, 256],
    [0.5, 0, 256],
    [0, -1, 256],
    [0, 2 ** 53, 256],
    [0, 0, 0],
    [0, 0, 257],
  ] as const) {
    assert.throws(() => tilePath(level, n, width), { name: 'LogError', code: 'out-of-range' });
  }
});

test('a tree of 70,000 entries has the tiles that tlog-tiles says', () => {
  const widths = (level: number): readonly number[] => {
    const found: number[] = [];
    for (let n = 0; tileWidth(level, n, 70_000) > 0; n += 1) found.push(tileWidth(level, n, 70_000));
    return found;
  };
  assert.deepEqual(widths(0), [...Array.from({ length: 273 }, () => 256), 112]);
  assert.deepEqual(widths(1), [256, 17]);
  assert.deepEqual(widths(2), [1]);
  assert.deepEqual(widths(3), []);
  assert.equal(tileWidth('entries', 273, 70_000), 112);
  assert.equal(tileWidth(0, 0, 256), 256);
  assert.equal(tileWidth(0, 1, 256), 0);
  assert.equal(tileWidth(1, 0, 256), 1);
  assert.equal(tileWidth(63, 0, Number.MAX_SAFE_INTEGER), 0);
});
