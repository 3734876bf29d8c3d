import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEY_SPECS } from '../index.ts';
import { firstUseTests, startUpTests } from './self-test.ts';

test('every known answer comes out right', () => {
  for (const { name, isRight } of [...startUpTests, ...firstUseTests]) assert.equal(isRight(), true, name);
});

test('a spec is tested before its first use by one test at most', () => {
  const specs = firstUseTests.flatMap((one) => one.specs);
  assert.equal(new Set(specs).size, specs.length);
  for (const spec of specs) assert.ok(KEY_SPECS.includes(spec));
});
