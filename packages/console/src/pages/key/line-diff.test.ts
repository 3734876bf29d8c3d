import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffParts, lineDiff } from './line-diff.ts';

test('a diff gives back both texts, and keeps what they have in common', () => {
  const texts = ['a\nb\nc\nd', 'a\nx\nc\nd\ne', '', 'd\nc\nb\na', 'a\na\nb'];
  for (const before of texts) {
    for (const after of texts) {
      const lines = lineDiff(before, after);
      const without = (kind: string): string =>
        lines
          .filter((line) => line.kind !== kind)
          .map(({ text }) => text)
          .join('\n');
      assert.equal(without('added'), before);
      assert.equal(without('removed'), after);
      if (before === after) assert(lines.every(({ kind }) => kind === 'same'));
    }
  }
  assert.deepEqual(
    lineDiff('a\nb\nc', 'a\nx\nc').map(({ kind, text }) => `${kind} ${text}`),
    ['same a', 'removed b', 'added x', 'same c'],
  );
});

test('what did not change is left out, but for what is around a change', () => {
  const before = Array.from({ length: 20 }, (_, line) => `line ${line}`);
  const after = before.toSpliced(10, 1, 'changed');
  const parts = diffParts(lineDiff(before.join('\n'), after.join('\n')), 2);
  assert.deepEqual(
    parts.map((part) => (part.kind === 'lines' ? part.lines.length : -part.count)),
    [-8, 6, -7],
  );
  assert.deepEqual(diffParts(lineDiff('a', 'a')), [{ kind: 'left-out', count: 1 }]);
});
