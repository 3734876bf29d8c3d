import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statementRanges } from './statement-ranges.ts';

test('statements are found by their Sid and their position', () => {
  const text = '{"Version":"2012-10-17","Statement":[{"Sid":"One","Effect":"Allow"},\n{"Effect":"Deny"}]}';
  assert.deepEqual(
    statementRanges(text).map(({ names, from, to }) => [names, text.slice(from, to)]),
    [
      [['One', '#0'], '{"Sid":"One","Effect":"Allow"}'],
      [['#1'], '{"Effect":"Deny"}'],
    ],
  );
  assert.equal(statementRanges('{"Statement":{"Effect":"Allow"}}').length, 1);
  for (const odd of ['', '[]', '{"Statement":', '{"Statement":1}']) {
    assert.deepEqual(statementRanges(odd), [], odd);
  }
});
