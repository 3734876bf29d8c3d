import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LazyRecords } from './lazy-records.ts';

test('a record is read when it is asked for, once, and again when it has changed', () => {
  const read: string[] = [];
  const records = new LazyRecords((text) => {
    read.push(text);
    return { text };
  });
  records.set('a', '1');
  records.set('b', '2');
  assert.deepEqual(read, []);
  const first = records.get('a');
  assert.equal(records.get('a'), first);
  assert.deepEqual(read, ['1']);
  records.set('a', '3');
  assert.deepEqual(records.get('a'), { text: '3' });
  records.set('a', null);
  assert.equal(records.get('a'), undefined);
  assert.equal(records.get('none'), undefined);
  assert.deepEqual(read, ['1', '3']);
});

test('more records than are kept ready are all found', () => {
  const records = new LazyRecords((text) => ({ text }));
  const names = Array.from({ length: 10_050 }, (_, index) => `name ${index}`);
  for (const name of names) records.set(name, name);
  for (const name of [...names, ...names]) assert.deepEqual(records.get(name), { text: name });
});
