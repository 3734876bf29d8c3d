import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whoseOf } from './whose.ts';

const own = '111122223333';

test('a name is a user of the account; an ARN says what it is itself', () => {
  assert.deepEqual(whoseOf('ann', own), {
    kind: 'principal',
    name: 'ann',
    arn: 'arn:aws:iam::111122223333:user/ann',
  });
  const kinds = [
    ['arn:aws:iam::111122223333:user/team/ann', 'principal', 'ann'],
    ['arn:aws:iam::111122223333:role/ops/Reader', 'role', 'Reader'],
    ['arn:aws:iam::444455556666:user/bob', 'other', 'bob'],
    ['arn:aws:iam::444455556666:role/Reader', 'other', 'Reader'],
    ['arn:aws:sts::111122223333:assumed-role/Reader/ann', 'other', 'ann'],
  ] as const;
  for (const [arn, kind, name] of kinds) {
    assert.deepEqual(whoseOf(arn, own), { kind, name, arn });
    assert.deepEqual(whoseOf(encodeURIComponent(arn), own), { kind, name, arn });
  }
  assert.equal(whoseOf('ann%40example.com', own).name, 'ann@example.com');
  assert.equal(whoseOf('100%', own).name, '100%');
});
