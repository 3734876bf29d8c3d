import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sayCondition, sayDecision, sayNearMiss } from './sentences.ts';

const statement = {
  policyKind: 'identity-based',
  policy: 'use-keys',
  statement: 'Use',
  origin: 'group `developers`',
};

test('a decision is said in one sentence, whoever says it', () => {
  const named = 'the statement `Use` of the identity-based policy `use-keys` (group `developers`)';
  assert.equal(sayDecision({ effect: 'allow', by: statement }), `allowed by ${named}`);
  assert.equal(sayDecision({ effect: 'explicit-deny', by: statement }), `denied by ${named}`);
  assert.equal(
    sayDecision({ effect: 'implicit-deny', missing: 'resource-based' }),
    'denied: no resource-based policy allows it',
  );
  const quarantine = {
    policyKind: 'quarantine',
    policy: 'inc-a',
    statement: 'until 2026-01-01T00:00:00.000Z',
  };
  assert.equal(
    sayDecision({ effect: 'explicit-deny', by: quarantine }),
    'denied: the principal is quarantined until 2026-01-01T00:00:00.000Z by incident `inc-a`',
  );
  const grant = { policyKind: 'grant', policy: 'a1', statement: '#0' };
  assert.equal(sayDecision({ effect: 'allow', by: grant }), 'allowed by the grant `a1`');
  assert.equal(
    sayDecision({ effect: 'allow', by: statement, via: grant }),
    `allowed by ${named}, as the grant \`a1\` lets it decide`,
  );
});

test('a condition is said with all of its values', () => {
  const condition = { policy: '', statement: '', operator: 'StringEquals', key: 'aws:a', values: ['x', 'y'] };
  assert.equal(sayCondition({ when: 'unless', ...condition }), 'unless aws:a StringEquals `x` or `y`');
});

test('a near miss says what was wanted and what was there', () => {
  const failed = [
    { operator: 'StringEquals', key: 'aws:a', policyValues: ['x'], requestValues: ['z'] },
    { operator: 'Bool', key: 'aws:b', policyValues: ['true'] },
  ];
  const miss = { ...statement, element: 'Condition', failed } as const;
  assert.match(
    sayNearMiss(miss),
    / wants aws:a StringEquals `x`, and the request has `z`; aws:b Bool `true`, and the request has none$/,
  );
  for (const element of ['Action', 'Principal', 'Resource'] as const) {
    assert.match(sayNearMiss({ ...statement, element }), new RegExp(` other ${element.toLowerCase()}s$`));
  }
});
