import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyText } from './policy-text.ts';

const first = { Sid: 'First', Effect: 'Allow', Action: 'kms:*', Resource: '*' };
const second = {
  Effect: 'Deny',
  Action: ['kms:Decrypt'],
  Resource: '*',
  Condition: { Bool: { 'a:b': 'true' } },
};
const policy = JSON.stringify({ Version: '2012-10-17', Statement: [first, second], Id: 'x }\n    },' });

test('the statement that decided is found by its Sid or its place, and nothing of the policy is lost', () => {
  for (const [name, statement] of [
    ['First', first],
    ['#0', first],
    ['#1', second],
  ] as const) {
    const text = policyText(policy, name);
    assert.deepEqual(JSON.parse(text.statement.replace(/,$/, '')), statement);
    assert.deepEqual(JSON.parse(text.before + text.statement + text.behind), JSON.parse(policy));
  }
});

test('a single statement that is no list is found as well', () => {
  const text = policyText(JSON.stringify({ Statement: first }), 'First');
  assert.deepEqual(JSON.parse(`{${text.statement}}`), { Statement: first });
});

test('what is not found, and what is no JSON, is shown all the same', () => {
  assert.deepEqual(policyText('no JSON', 'First'), { before: 'no JSON', statement: '', behind: '' });
  const text = policyText(policy, 'Third');
  assert.deepEqual(JSON.parse(text.before), JSON.parse(policy));
  assert.equal(text.statement, '');
});
