import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf, readLines, tagChanges } from './tag-lines.ts';

test('tags are read as they are written', () => {
  const tags = new Map([
    ['team', 'payments'],
    ['note', 'a=b'],
  ]);
  assert.deepEqual(readLines(linesOf(tags)), tags);
  assert.deepEqual(readLines(' team = x \n\n'), new Map([['team', 'x']]));
  for (const wrong of ['team', '=x', 'a=1\na=2']) assert.equal(readLines(wrong), undefined, wrong);
});

test('only what differs is changed', () => {
  const before = new Map([
    ['kept', '1'],
    ['changed', '1'],
    ['gone', '1'],
  ]);
  const after = new Map([
    ['kept', '1'],
    ['changed', '2'],
    ['new', '1'],
  ]);
  assert.deepEqual(tagChanges(before, after), {
    set: [
      ['changed', '2'],
      ['new', '1'],
    ],
    removed: ['gone'],
  });
});
