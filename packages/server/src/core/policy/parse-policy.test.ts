import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../stores/contract/any-character.test-fixture.ts';
import { compilePolicy, parsePolicy, PolicyError, type PolicyKind } from './index.ts';

const USER = 'arn:aws:iam::111122223333:user/ann';

const STATEMENT = { Effect: 'Allow', Principal: { AWS: USER }, Action: 'kms:*', Resource: '*' };

/** A key policy of one statement, with some of its elements changed. */
function keyPolicy(changes: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ ...STATEMENT, ...changes }] });
}

function refuses(text: string, message: RegExp, kind: PolicyKind = 'key'): void {
  assert.throws(
    () => parsePolicy(text, kind),
    (error) => {
      assert.ok(error instanceof PolicyError);
      assert.equal(error.code, 'MalformedPolicyDocument');
      assert.match(error.message, message);
      return true;
    },
    text,
  );
}

test('reads single values and lists alike', () => {
  const single = parsePolicy(keyPolicy({}), 'key');
  const listed = parsePolicy(
    keyPolicy({ Principal: { AWS: [USER] }, Action: ['kms:*'], Resource: ['*'] }),
    'key',
  );
  assert.deepEqual(single, listed);
  const lone = JSON.stringify({ Version: '2012-10-17', Statement: STATEMENT });
  assert.deepEqual(parsePolicy(lone, 'key'), single);
});

test('reads every kind of principal, and everybody', () => {
  const principals = {
    AWS: ['111122223333', 'arn:aws:iam::111122223333:root', 'arn:aws:sts::111122223333:assumed-role/a/b'],
    Service: 'logs.amazonaws.com',
    Federated: ['cognito-identity.amazonaws.com'],
    CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be',
  };
  const [named] = parsePolicy(keyPolicy({ Principal: principals }), 'key').statements;
  assert.deepEqual(named?.principal, {
    everybody: false,
    aws: principals.AWS,
    services: ['logs.amazonaws.com'],
    federated: ['cognito-identity.amazonaws.com'],
    canonicalUsers: [principals.CanonicalUser],
  });
  for (const Principal of ['*', { AWS: '*' }, { AWS: [USER, '*'] }]) {
    const [statement] = parsePolicy(keyPolicy({ Principal }), 'key').statements;
    assert.equal(statement?.principal?.everybody, true);
  }
});

test('takes the older version when there is none', () => {
  const text = JSON.stringify({ Statement: { Effect: 'Deny', Action: '*', Resource: '*' } });
  assert.equal(parsePolicy(text, 'identity').version, '2008-10-17');
});

test('refuses documents that are not understood as a whole', () => {
  refuses('', /not valid JSON/);
  refuses('[]', /must be a JSON object/);
  refuses('null', /must be a JSON object/);
  refuses('{}', /no Statement/);
  refuses('{"Statement":[]}', /no Statement/);
  refuses('{"Statement":[1]}', /statement #0 must be a JSON object/);
  refuses('{"Version":"2024-01-01","Statement":[]}', /must have the Version/);
  refuses('{"version":"2012-10-17","Statement":[]}', /unknown element `version`/);
  refuses('{"Id":1,"Statement":[]}', /Id of the policy/);
  refuses(`{"Statement":${'['.repeat(20)}${']'.repeat(20)}}`, /nested/);
  refuses(`${'['.repeat(16_000)}${']'.repeat(16_000)}`, /nested/);
  refuses('['.repeat(32_000), /not valid JSON/);
  refuses(`{"Id":"${'a'.repeat(32_768)}"}`, /larger than 32768 bytes/);
  refuses(`{"Id":"${'é'.repeat(6_000)}"}`, /larger than 10240 bytes/, 'identity');
});

test('refuses an element that is there twice, however it is spelled', () => {
  const statement = '"Effect":"Deny","Action":"*","Resource":"*"';
  refuses(`{"Statement":{${statement},"Effect":"Allow"}}`, /member `Effect` twice/, 'identity');
  refuses(`{"Statement":{${statement},"\\u0045ffect":"Allow"}}`, /member `Effect` twice/, 'identity');
  const nested = '"Condition":{"Bool":{"a:b":"true","a:b":"false"}}';
  refuses(`{"Statement":{${statement},${nested}}}`, /member `a:b` twice/, 'identity');
  refuses(`{"Statement":{${statement},"__proto__":{},"__proto__":{}}}`, /`__proto__` twice/, 'identity');
  const sameNameElsewhere = `{"Statement":[{${statement},"Sid":"{\\"Effect\\":"},{${statement}}]}`;
  assert.equal(parsePolicy(sameNameElsewhere, 'identity').statements.length, 2);
});

test('names the statement in an error', () => {
  refuses(keyPolicy({ Sid: 'Use', Effect: 'allow' }), /^statement #0 \(`Use`\) must have the Effect/);
  const text = JSON.stringify({
    Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }, { Sid: 'Two' }],
  });
  refuses(text, /^statement #1 \(`Two`\)/, 'identity');
});

test('refuses statements that are not understood', () => {
  refuses(keyPolicy({ Principle: '*' }), /unknown element `Principle`/);
  refuses(keyPolicy({ __proto__x: '*' }), /unknown element/);
  refuses(keyPolicy({ Sid: 1 }), /Sid of statement #0/);
  refuses(keyPolicy({ Sid: 's'.repeat(257) }), /Sid of statement #0/);
  refuses(keyPolicy({ Principal: undefined }), /must have Principal or NotPrincipal/);
  refuses(keyPolicy({ NotPrincipal: '*' }), /must not have both/);
  refuses(keyPolicy({ Principal: { Federated: '*' } }), /the invalid principal `\*`/);
  refuses(keyPolicy({ Principal: { Service: '*.example.com' } }), /the invalid principal/);
  refuses(keyPolicy({}), /has a Resource, which the trust policy of a role has not/, 'trust');
  const excepting = keyPolicy({ NotPrincipal: '*', Principal: undefined, Resource: undefined });
  refuses(excepting, /has NotPrincipal, which the trust policy/, 'trust');
  refuses(keyPolicy({ NotAction: '*' }), /must not have both Action and NotAction/);
  refuses(keyPolicy({ NotResource: '*' }), /must not have both Resource and NotResource/);
  refuses(keyPolicy({ Action: undefined }), /must have Action or NotAction/);
  refuses(keyPolicy({ Action: [] }), /must be a text or a list of texts/);
  refuses(keyPolicy({ Action: ['kms:*', 1] }), /must be a text or a list of texts/);
  for (const Action of ['', 'Decrypt', 'kms*:Decrypt', 'kms:De crypt', 'kms:']) {
    refuses(keyPolicy({ Action }), /invalid action/);
  }
  for (const Resource of [
    '',
    'key/1',
    '*:key/1',
    `arn:aws:kms:*:*:key/\${x`,
    `arn:aws:kms:::\${aws:\${x}}`,
  ]) {
    refuses(keyPolicy({ Resource }), /invalid resource/);
  }
  for (const Principal of [{}, { Aws: USER }, { AWS: [] }, [USER], USER]) {
    refuses(keyPolicy({ Principal }), /Principal/);
  }
  for (const AWS of ['', 'ann', 'arn:aws:iam::*:root', 'arn:aws:iam::111122223333:user/*', '11112222333']) {
    refuses(keyPolicy({ Principal: { AWS } }), /invalid principal/);
  }
  const personal = JSON.stringify({
    Statement: { Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' },
  });
  refuses(personal, /identity policies have not/, 'identity');
  refuses(JSON.stringify({ Statement: { Effect: 'Allow', Action: '*' } }), /must have Resource/, 'identity');
});

test('refuses two statements with the same Sid', () => {
  const statement = { ...STATEMENT, Sid: 'A' };
  refuses(JSON.stringify({ Statement: [statement, statement] }), /two statements with the Sid `A`/);
});

test('refuses conditions that could not mean what they say', () => {
  const refusesCondition = (Condition: unknown, message: RegExp): void => {
    refuses(keyPolicy({ Condition }), message);
  };
  refusesCondition({ StringEqual: { 'a:b': 'c' } }, /operator `StringEqual`, which is not supported/);
  refusesCondition({ stringEquals: { 'a:b': 'c' } }, /not supported/);
  refusesCondition({ 'ForSomeValues:StringEquals': { 'a:b': 'c' } }, /not supported/);
  refusesCondition({ NullIfExists: { 'a:b': 'true' } }, /not supported/);
  refusesCondition({ 'ForAllValues:Null': { 'a:b': 'true' } }, /not supported/);
  refusesCondition({ StringEquals: { b: 'c' } }, /invalid condition key `b`/);
  refusesCondition({ StringEquals: { 'a:b': [] } }, /no value/);
  refusesCondition({ StringEquals: { 'a:b': null } }, /no text, number or boolean/);
  refusesCondition({ StringEquals: { 'a:b': `\${aws:username` } }, /invalid value/);
  refusesCondition({ StringEquals: 'a' }, /must be a JSON object/);
  refusesCondition([], /must be a JSON object/);
  const invalid = {
    Bool: ['yes', 1],
    Null: ['maybe'],
    NumericEquals: ['one', '', '0x1', '1e3', '9007199254740992', `\${aws:x}`],
    DateLessThan: ['yesterday', '2026-13', '2026-01-01T00:00', '01/02/2026', '2026', '2026-02-30'],
    IpAddress: ['10.0.0.0/33', '10.0.0', '010.0.0.1', '::/129', '10.0.0.0/8/8', '10.0.0.0/', 'fe80::1%eth0'],
    BinaryEquals: ['a', 'a=b=', 'YQ='],
    ArnLike: ['arn:aws:iam', 'user/*', 'arn:aws:iam::111122223333'],
  };
  for (const [operator, values] of Object.entries(invalid)) {
    for (const value of values) {
      refusesCondition({ [operator]: { 'a:b': value } }, /invalid value/);
    }
  }
});

test('whatever is read, a policy is either refused by a PolicyError or can be compiled', () => {
  const words = fc.constantFrom(
    'Version',
    'Statement',
    'Effect',
    'Allow',
    'Action',
    'Resource',
    'Principal',
    'AWS',
    'Condition',
    'StringLike',
    '2012-10-17',
    'kms:*',
    '*',
    'aws:x',
    '__proto__',
    'constructor',
  );
  const json = fc.json({ stringUnit: anyCharacter, maxDepth: 6 });
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 6, depthSize: 'large' },
      words,
      fc.dictionary(words, tie('node')),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.jsonValue({ maxDepth: 1 }),
    ),
  })).node;
  const statement = fc.record(
    {
      Effect: fc.oneof(fc.constantFrom('Allow', 'Deny'), value),
      Action: fc.oneof(fc.constant('kms:*'), value),
      Resource: fc.oneof(fc.constant('*'), value),
      Principal: fc.oneof(fc.constant('*'), value),
      Condition: value,
    },
    { requiredKeys: ['Effect', 'Action'] },
  );
  const plausible = fc.record({ Version: fc.constant('2012-10-17'), Statement: statement });
  const text = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
    json,
    value.map((item) => JSON.stringify(item)),
    plausible.map((item) => JSON.stringify(item)),
  );
  fc.assert(
    fc.property(text, fc.constantFrom('identity', 'key', 'trust'), (candidate, kind) => {
      try {
        compilePolicy(parsePolicy(candidate, kind), { name: 'fuzz' });
      } catch (error) {
        assert.ok(error instanceof PolicyError, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
});
