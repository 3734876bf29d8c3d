import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePolicy, judge, parsePolicy } from './index.ts';

const COUNT = 50;

/** How often a variable is looked up when as many values of a request are compared with as many texts of a policy. */
function lookUps(operator: string, text: string): number {
  const patterns = Array.from({ length: COUNT }, (_, position) => `${text}${position}`);
  const statement = {
    Effect: 'Allow',
    Action: '*',
    Resource: '*',
    Condition: { [`ForAnyValue:${operator}`]: { 't:Many': patterns } },
  };
  const document = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }), 'identity');
  const values = Array.from({ length: COUNT }, (_, position) => `a:b:c:d:e:${position}`);
  let count = 0;
  const decision = judge(
    {
      action: 'kms:Decrypt',
      resource: '*',
      resourceAccount: '111122223333',
      principal: { arn: 'arn:aws:iam::111122223333:user/ann', account: '111122223333' },
      conditions: (name) => {
        if (name === 't:many') return values;
        count += 1;
        return ['x'];
      },
    },
    { identity: [compilePolicy(document, { name: 'p' })] },
  );
  assert.equal(decision.allowed, false);
  return count;
}

test('a variable is filled in once for a request, however many values are compared with it', () => {
  const variable = `\${aws:UserAgent}`;
  for (const [operator, text] of [
    ['StringEquals', variable],
    ['StringEqualsIgnoreCase', variable],
    ['StringLike', `${variable}?`],
    ['ArnLike', `${variable}:b:c:d:e:`],
  ] as const) {
    const count = lookUps(operator, text);
    assert.ok(count >= COUNT && count <= COUNT + 1, `${operator}: ${count}`);
  }
});
