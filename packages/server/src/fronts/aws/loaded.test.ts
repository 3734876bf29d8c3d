import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loaded } from './loaded.ts';

test('what is asked for is loaded once, also by those who ask while it is', async () => {
  let loads = 0;
  const value = loaded(async () => ({ load: (loads += 1) }));
  assert.equal(loads, 0);
  const [first, second] = await Promise.all([value(), value()]);
  assert.equal(first, second);
  assert.equal(await value(), first);
  assert.equal(loads, 1);
});

test('what could not be loaded is tried again', async () => {
  let loads = 0;
  const value = loaded(async () => {
    loads += 1;
    if (loads === 1) throw new Error('not now');
    return loads;
  });
  await assert.rejects(value(), /not now/);
  assert.equal(await value(), 2);
});
