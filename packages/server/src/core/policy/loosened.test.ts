import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Loosening, looseningsOf, parsePolicy, type PolicyKind } from './index.ts';
import { covers } from './pattern-cover.ts';

const ACCOUNT = '111122223333';
const ROOT = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
const BOB = { AWS: `arn:aws:iam::${ACCOUNT}:user/bob` };

type Statement = Readonly<Record<string, unknown>>;

function loosened(
  before: readonly Statement[],
  after: readonly Statement[],
  kind: PolicyKind = 'key',
): readonly Loosening[] {
  const [was, is] = [before, after].map((Statement) =>
    Statement.length === 0
      ? undefined
      : parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), kind),
  );
  return looseningsOf(was, is, ACCOUNT).toSorted();
}

const allow = (Principal: unknown, Action: unknown, more: Statement = {}): Statement => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource: '*',
  ...more,
});
const whenTagged = { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' } } };

const CASES: Readonly<
  Record<string, readonly [readonly Statement[], readonly Statement[], readonly Loosening[]]>
> = {
  'the same': [[allow(ROOT, 'kms:*')], [allow(ROOT, 'kms:*')], []],
  'the same, written otherwise': [
    [allow(BOB, ['kms:Encrypt', 'kms:Decrypt'])],
    [allow(BOB, 'kms:Decrypt'), allow(BOB, 'kms:encrypt', { Sid: 'two' })],
    [],
  ],
  less: [[allow(BOB, 'kms:*')], [allow(BOB, 'kms:Decrypt')], []],
  'one more principal': [[allow(ROOT, 'kms:*')], [allow(ROOT, 'kms:*'), allow(BOB, 'kms:*')], ['principal']],
  everybody: [[allow(ROOT, 'kms:Decrypt')], [allow('*', 'kms:Decrypt')], ['any-principal', 'principal']],
  'another account': [
    [allow(ROOT, 'kms:Decrypt')],
    [allow(ROOT, 'kms:Decrypt'), allow({ AWS: '444455556666' }, 'kms:Decrypt')],
    ['other-account', 'principal'],
  ],
  'one more action': [[allow(BOB, 'kms:Encrypt')], [allow(BOB, ['kms:Encrypt', 'kms:Decrypt'])], ['action']],
  'all actions': [[allow(BOB, 'kms:Encrypt')], [allow(BOB, 'kms:*')], ['action', 'wildcard-action']],
  'a wider pattern': [[allow(BOB, 'kms:GenerateDataKey')], [allow(BOB, 'kms:GenerateDataKey*')], ['action']],
  'a condition less': [
    [allow(BOB, 'kms:Decrypt', whenTagged)],
    [allow(BOB, 'kms:Decrypt')],
    ['condition-removed'],
  ],
  'a condition more': [[allow(BOB, 'kms:Decrypt')], [allow(BOB, 'kms:Decrypt', whenTagged)], []],
  'a denial less': [
    [allow(BOB, 'kms:*'), { ...allow('*', 'kms:ScheduleKeyDeletion'), Effect: 'Deny' }],
    [allow(BOB, 'kms:*')],
    ['deny-removed'],
  ],
  'a denial under a condition': [
    [{ ...allow('*', 'kms:Decrypt'), Effect: 'Deny' }],
    [{ ...allow('*', 'kms:Decrypt', whenTagged), Effect: 'Deny' }],
    ['deny-removed'],
  ],
  'a denial that takes more in': [
    [{ ...allow('*', 'kms:Decrypt'), Effect: 'Deny' }],
    [{ ...allow('*', 'kms:*'), Effect: 'Deny' }],
    [],
  ],
  'exceptions that are the same': [
    [allow(BOB, undefined, { NotAction: ['kms:Decrypt', 'kms:Encrypt'] })],
    [allow(BOB, undefined, { NotAction: ['kms:Encrypt', 'kms:Decrypt'], Sid: 'x' })],
    [],
  ],
  'fewer exceptions': [
    [allow(BOB, undefined, { NotAction: ['kms:Decrypt', 'kms:Encrypt'] })],
    [allow(BOB, undefined, { NotAction: ['kms:Encrypt'] })],
    ['action'],
  ],
};

for (const [name, [before, after, expected]] of Object.entries(CASES)) {
  test(`a policy that is put in the place of another: ${name}`, () => {
    assert.deepEqual(loosened(before, after), expected);
  });
}

test('of an identity: a resource more, a first policy, and none any more', () => {
  const statement = (Resource: string): Statement => ({ Effect: 'Allow', Action: 'kms:Decrypt', Resource });
  const one = statement('arn:aws:kms:us-east-1:111122223333:key/1*');
  const two = statement('arn:aws:kms:us-east-1:111122223333:key/*');
  assert.deepEqual(loosened([one], [two], 'identity'), ['resource']);
  assert.deepEqual(loosened([two], [one], 'identity'), []);
  assert.deepEqual(loosened([], [one], 'identity'), ['principal']);
  assert.deepEqual(loosened([one], [], 'identity'), []);
  assert.deepEqual(loosened([{ ...one, Effect: 'Deny' }], [], 'identity'), ['deny-removed']);
});

test('a policy of more parts than can be compared says so', () => {
  const AWS = Array.from({ length: 60 }, (_, index) => `arn:aws:iam::${ACCOUNT}:user/u${index}`);
  const Action = Array.from({ length: 60 }, (_, index) => `kms:A${index}`);
  assert.deepEqual(loosened([allow(ROOT, 'kms:*')], [allow({ AWS }, Action)]), ['uncompared']);
});

test('a pattern covers another one only if it matches whatever the other one matches', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 5 });
  const matches = (pattern: string, text: string): boolean =>
    new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
  const texts: string[] = [''];
  for (let at = 0; at < texts.length; at += 1) {
    const text = texts[at] ?? '';
    if (text.length < 6) texts.push(`${text}a`, `${text}b`, `${text}c`);
  }
  fc.assert(
    fc.property(letters, letters, (outer, inner) => {
      const isCovered = texts.every((text) => !matches(inner, text) || matches(outer, text));
      // By example one may miss that two patterns together leave no gap; never the other way round.
      if (covers(outer, inner)) assert.ok(isCovered, `${outer} ${inner}`);
      else assert.ok(!isCovered || !/^[^?]*$/.test(inner), `${outer} ${inner}`);
    }),
    { numRuns: 500 },
  );
});
