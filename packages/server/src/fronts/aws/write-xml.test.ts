import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  GetAccountSummary$,
  GetRole$,
  ListUsers$,
  SimulateCustomPolicy$,
  TagUser$,
} from '@aws-sdk/client-iam';
import type { Result } from '../../core/operations/index.ts';
import type { SchemaSource } from './schema.ts';
import { compileWriteXml } from './write-xml.ts';

function write(output: SchemaSource, result: Result): string {
  const writeXml = compileWriteXml(output);
  assert.ok(writeXml !== undefined);
  return writeXml(result);
}

test('writes texts, instants, flags, numbers, lists and structures as AWS does', () => {
  const users = [
    { userName: 'a<b', createDate: 1_800_000_000_000, path: undefined },
    { createDate: 1_800_000_000_123 },
  ];
  assert.equal(
    write(ListUsers$[5], { isTruncated: false, users }),
    '<Users><member><UserName>a&lt;b</UserName><CreateDate>2027-01-15T08:00:00Z</CreateDate></member>' +
      '<member><CreateDate>2027-01-15T08:00:00.123Z</CreateDate></member></Users><IsTruncated>false</IsTruncated>',
  );
  assert.equal(write(ListUsers$[5], { users: [] }), '<Users></Users>');
});

test('writes maps', () => {
  assert.equal(
    write(GetAccountSummary$[5], { summaryMap: { Users: 3, 'a&b': 0 } }),
    '<SummaryMap><entry><key>Users</key><value>3</value></entry><entry><key>a&amp;b</key><value>0</value></entry></SummaryMap>',
  );
  const evaluationResults = [{ evalDecisionDetails: { 'IAM Policy': 'allowed' } }];
  assert.equal(
    write(SimulateCustomPolicy$[5], { evaluationResults }),
    '<EvaluationResults><member><EvalDecisionDetails><entry><key>IAM Policy</key><value>allowed</value></entry>' +
      '</EvalDecisionDetails></member></EvaluationResults>',
  );
});

test('policies are percent-encoded, so that a plus sign is never a space', () => {
  const role = { assumeRolePolicyDocument: '{"a": "+*\'é"}' };
  assert.equal(
    write(GetRole$[5], { role }),
    '<Role><AssumeRolePolicyDocument>%7B%22a%22%3A%20%22%2B%2A%27%C3%A9%22%7D</AssumeRolePolicyDocument></Role>',
  );
});

test('what XML cannot carry does not break it', () => {
  const users = [{ userName: 'a\u0000b\uD800c\r]]>' }];
  assert.equal(
    write(ListUsers$[5], { users }),
    '<Users><member><UserName>a\uFFFDb\uFFFDc&#13;]]&gt;</UserName></member></Users>',
  );
});

test('the names and the flatness that a model gives are kept', () => {
  const schema: SchemaSource = [
    3,
    'test',
    'Output',
    0,
    ['Flat', 'FlatMap', 'Renamed', 'Nested', 'Bytes'],
    [
      [() => [1, 'test', 'FlatList', { xmlFlattened: 1 }, 0], { xmlName: 'Item' }],
      [2, 'test', 'FlatTextMap', { xmlFlattened: 1 }, [0, { xmlName: 'K' }], [0, { xmlName: 'V' }]],
      [0, { xmlName: 'Other' }],
      [1, 'test', 'Lists', 0, [1, 'test', 'Named', 0, [0, { xmlName: 'Inner' }]]],
      21,
    ],
  ];
  const result = {
    flat: ['a', 'b'],
    flatMap: { c: 'd' },
    renamed: 'e',
    nested: [['f']],
    bytes: Buffer.of(1, 2),
  };
  assert.equal(
    write(schema, result),
    '<Item>a</Item><Item>b</Item><FlatMap><K>c</K><V>d</V></FlatMap><Other>e</Other>' +
      '<Nested><member><Inner>f</Inner></member></Nested><Bytes>AQI=</Bytes>',
  );
});

test('an operation that answers nothing has no writer', () => {
  assert.equal(compileWriteXml(TagUser$[5]), undefined);
});

test('a result of the wrong type is our own fault, and the error does not show it', () => {
  for (const users of ['attack', [{ userName: 5 }], ['attack'], [{ createDate: 'attack' }], { attack: 1 }]) {
    assert.throws(
      () => write(ListUsers$[5], { users }),
      (error) => {
        assert.ok(error instanceof TypeError);
        return !error.message.includes('attack');
      },
    );
  }
  assert.throws(() => write(GetRole$[5], { role: { assumeRolePolicyDocument: {} } }), TypeError);
});
