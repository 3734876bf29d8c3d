import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyName, type KeyName, parseKeyName } from './index.ts';

test('a key is stored under its id, with its Region where that is not the first one', () => {
  assert.equal(keyName({ id: 'mrk-1' }), 'mrk-1');
  assert.equal(keyName({ id: 'mrk-1', region: undefined }), 'mrk-1');
  assert.equal(keyName({ id: 'mrk-1', region: 'eu-west-1' }), 'mrk-1@eu-west-1');
  assert.equal(parseKeyName('mrk-1@eu-west-1'), keyName({ id: 'mrk-1', region: 'eu-west-1' }));
  assert.throws(() => parseKeyName(''), TypeError);
});

test('an id is not taken for a name: the compiler refuses it', () => {
  const stored = (name: KeyName): string => name;
  const id: string = 'mrk-1';
  // @ts-expect-error -- the test is that this is an error
  assert.equal(stored(id), id);
});
