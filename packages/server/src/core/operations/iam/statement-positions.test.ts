import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { statementPositions } from './statement-positions.ts';

/** The text between two positions. */
function cut(text: string, index: number): string {
  const { start, end } = statementPositions(text)[index] ?? assert.fail('there is no such statement');
  const lines = text.split('\n');
  const offset = ({ line, column }: { line: number; column: number }): number =>
    lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
  return text.slice(offset(start), offset(end));
}

test('a single statement and lists of them are found, counted from line 1 and column 1', () => {
  assert.deepEqual(statementPositions('{"Statement":{"Sid":"}"}}'), [
    { start: { line: 1, column: 14 }, end: { line: 1, column: 25 } },
  ]);
  assert.deepEqual(statementPositions('{"Statement": [\n {},\n  {}\n]}'), [
    { start: { line: 2, column: 2 }, end: { line: 2, column: 4 } },
    { start: { line: 3, column: 3 }, end: { line: 3, column: 5 } },
  ]);
});

test('other members, nested objects and escapes do not confuse it', () => {
  const text =
    '{"Id":"Statement","Version":"x","\\u0053tatement":[{"Condition":{"a":{"b":["}"]}}},{"Sid":"\\"{"}]}';
  assert.equal(statementPositions(text).length, 2);
  assert.equal(cut(text, 0), '{"Condition":{"a":{"b":["}"]}}}');
  assert.equal(cut(text, 1), '{"Sid":"\\"{"}');
});

test('whatever statements hold, each is found where it stands', () => {
  const statement = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }));
  const space = fc.constantFrom(0, 1, 4);
  fc.assert(
    fc.property(
      fc.array(statement, { minLength: 1, maxLength: 4 }),
      space,
      fc.string(),
      (statements, indent, id) => {
        const text = JSON.stringify({ Id: id, Statement: statements, Version: '2012-10-17' }, null, indent);
        const found = statements.map((_, index): unknown => JSON.parse(cut(text, index)));
        assert.deepEqual(found, JSON.parse(JSON.stringify(statements)));
        assert.equal(statementPositions(text).length, statements.length);
      },
    ),
  );
});
