import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roleOf } from '@keywitness/console';

test('an archive is the bundle, and another file is whom to trust while nobody is trusted yet', () => {
  assert.equal(roleOf({ name: 'case.kwz', isArchive: true }, ''), 'bundle');
  assert.equal(roleOf({ name: 'annex', isArchive: true }, 'log.example/kms+1+AQ=='), 'bundle');
  assert.equal(roleOf({ name: 'log.vkey', isArchive: false }, ' \n'), 'trust');
});

test('no file that is dropped beside a bundle takes the place of the keys that are there', () => {
  assert.equal(roleOf({ name: 'readme.txt', isArchive: false }, 'log.example/kms+1+AQ=='), 'refused');
});

test('what is called a bundle is one, and no key, whatever it holds', () => {
  for (const name of ['annex.kwz', 'ANNEX.KWZ']) {
    assert.equal(roleOf({ name, isArchive: false }, ''), 'bundle');
    assert.equal(roleOf({ name, isArchive: false }, 'log.example/kms+1+AQ=='), 'bundle');
  }
});
