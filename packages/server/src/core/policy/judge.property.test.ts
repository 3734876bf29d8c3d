import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AccessRequest, compilePolicy, judge, parsePolicy, type PolicyKind } from './index.ts';
import { type NamedDocument, referenceJudge } from './reference.test-model.ts';

const RUNS = 5_000;
const ACCOUNTS = ['111122223333', '444455556666'] as const;
const ARNS = ACCOUNTS.flatMap((account) => [
  `arn:aws:iam::${account}:root`,
  `arn:aws:iam::${account}:user/ann`,
  `arn:aws:iam::${account}:role/reader`,
  `arn:aws:sts::${account}:assumed-role/reader/ann`,
]);
const RESOURCES = [
  'arn:aws:kms:eu-1:111122223333:key/a',
  'arn:aws:kms:eu-1:111122223333:key/ann',
  '*',
] as const;
const PAIR = 'kms:EncryptionContext:App';
const KEYS = ['t:One', 'T:one', 't:Many', 'aws:username', PAIR] as const;
const TEXTS = ['a', 'A', 'ann', '', '*', 'a*', 'a?n', '?', '\u{1f511}', '*?', '**n', 'a**n?'] as const;
const VARIABLES = [
  `\${aws:username}`,
  `\${t:None, 'ann'}`,
  `\${t:None}`,
  `\${*}`,
  `x\${?}*`,
  `\${t:Many}*`,
] as const;
const NUMBERS = ['1', '2', '-1', '1.5', '10'] as const;
const DATES = ['2026-01-01', '2026-01-01T00:00:00Z', '2026-06-01T12:00:00+02:00', '1767225600', '5'] as const;
const RANGES = [
  '10.0.0.0/8',
  '10.0.0.1',
  '10.0.0.1/32',
  '0.0.0.0/0',
  '2001:db8::/33',
  '::/0',
  '::ffff:10.0.0.1',
] as const;
const ADDRESSES = [
  '10.0.0.1',
  '10.1.2.3',
  '11.0.0.1',
  '2001:db8:0:0:0:0:0:1',
  '2001:db8:8000:0:0:0:0:1',
  '2001:db8::1',
  '::ffff:10.0.0.1',
  '::1',
] as const;
const ARN_PATTERNS = [
  '*',
  'arn:aws:iam::*:user/*',
  'arn:*:*:*:*:*',
  `arn:aws:iam:*:role/\${aws:username}:x`,
] as const;

const oneOrMore = (texts: readonly string[]): fc.Arbitrary<string | string[]> =>
  fc.oneof(fc.constantFrom(...texts), fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 3 }));

const families: readonly (readonly [operators: readonly string[], values: readonly string[]])[] = [
  [
    ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'],
    [...TEXTS, ...VARIABLES],
  ],
  [
    ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
    [...TEXTS, ...VARIABLES],
  ],
  [['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals'], NUMBERS],
  [['NumericGreaterThan', 'NumericGreaterThanEquals'], NUMBERS],
  [['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals'], DATES],
  [['DateGreaterThan', 'DateGreaterThanEquals'], DATES],
  [['Bool'], ['true', 'false', 'TRUE']],
  [['IpAddress', 'NotIpAddress'], RANGES],
  [
    ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'],
    [...ARN_PATTERNS.slice(0, 3), ...ARNS],
  ],
];

const condition = fc.oneof(
  fc.constantFrom(...families).chain(([operators, values]) =>
    fc
      .tuple(
        fc.constantFrom('', '', 'ForAllValues:', 'ForAnyValue:'),
        fc.constantFrom(...operators),
        fc.constantFrom('', '', 'IfExists'),
        fc.dictionary(fc.constantFrom(...KEYS), oneOrMore(values), { minKeys: 1, maxKeys: 2 }),
      )
      .filter(([prefix, , , keys]) => prefix !== 'ForAllValues:' || !Object.hasOwn(keys, PAIR))
      .map(([prefix, operator, suffix, keys]) => [`${prefix}${operator}${suffix}`, keys] as const),
  ),
  fc
    .dictionary(fc.constantFrom(...KEYS), oneOrMore(['true', 'false']), { minKeys: 1, maxKeys: 1 })
    .map((keys) => ['Null', keys] as const),
);

const conditions = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  fc
    .array(condition, { minLength: 1, maxLength: 2 })
    .map((list) => ({ Condition: Object.fromEntries(list) })),
);

const either = (name: string, values: readonly string[]): fc.Arbitrary<object> =>
  fc
    .tuple(fc.constantFrom(name, name, name, `Not${name}`), oneOrMore(values))
    .map(([element, list]) => ({ [element]: list }));

const actions = either('Action', ['*', 'kms:*', 'KMS:decrypt', 'kms:?ecrypt', 'kms:Encrypt', 'kms:*crypt']);
const resources = either('Resource', [
  '*',
  'arn:aws:kms:*:key/a',
  `arn:*:key/\${aws:username}`,
  'arn:aws:kms:eu-1:111122223333:key/a?n',
  ...RESOURCES,
]);
const principals = oneOrMore([...ARNS, ...ACCOUNTS, '*']).map((AWS) => ({ AWS }));

const common = fc
  .tuple(fc.constantFrom('Allow', 'Allow', 'Deny'), actions, resources, conditions)
  .map(([Effect, action, resource, tests]) => ({ Effect, ...action, ...resource, ...tests }));
const keyStatement = fc
  .tuple(common, principals, fc.constantFrom('Principal', 'Principal', 'NotPrincipal'))
  .map(([statement, principal, name]) => ({
    ...statement,
    [statement.Effect === 'Allow' ? 'Principal' : name]: principal,
  }));

function policy(kind: PolicyKind): fc.Arbitrary<string> {
  const statement = kind === 'key' ? keyStatement : common;
  return fc
    .record({
      Version: fc.constantFrom('2012-10-17', '2012-10-17', '2008-10-17'),
      Statement: fc.array(statement, { minLength: 1, maxLength: 3 }),
    })
    .map((document) => JSON.stringify(document));
}

const actualValues = fc.constantFrom(
  ...TEXTS,
  ...NUMBERS,
  ...DATES,
  ...ADDRESSES,
  ...ARNS,
  'true',
  'False',
  'x?y',
);

const request: fc.Arbitrary<AccessRequest> = fc
  .record({
    action: fc.constantFrom('kms:Decrypt', 'kms:Encrypt', 'kms:ListKeys'),
    resource: fc.constantFrom(...RESOURCES),
    resourceAccount: fc.constantFrom(...ACCOUNTS),
    arn: fc.constantFrom(...ARNS),
    hasRole: fc.boolean(),
    known: fc.dictionary(
      fc.constantFrom(...KEYS.map((key) => key.toLowerCase())),
      fc.array(actualValues, { maxLength: 2 }),
    ),
  })
  .map(({ arn, hasRole, known, ...rest }) => {
    const account = arn.slice(13, 25);
    const roleArn = hasRole ? `arn:aws:iam::${account}:role/reader` : undefined;
    const found = new Map(Object.entries(known));
    return { ...rest, principal: { arn, account, roleArn }, conditions: (name) => found.get(name) };
  });

function named(kind: PolicyKind, text: string, index: number): NamedDocument {
  return { name: `${kind}-${index}`, document: parsePolicy(text, kind) };
}

test('the compiled judge decides as the reference does, and names the same statement', () => {
  const effects = new Map<string, number>();
  fc.assert(
    fc.property(
      request,
      fc.array(policy('identity'), { maxLength: 2 }),
      fc.option(policy('key'), { nil: undefined }),
      (asked, identityTexts, keyText) => {
        const identity = identityTexts.map((text, index) => named('identity', text, index));
        const key = keyText === undefined ? {} : { key: named('key', keyText, 0) };
        const expected = referenceJudge(asked, { identity, ...key });
        const compile = ({ document, name }: NamedDocument): ReturnType<typeof compilePolicy> =>
          compilePolicy(document, name);
        const compiled = {
          identity: identity.map(compile),
          ...(key.key === undefined ? {} : { key: compile(key.key) }),
        };
        assert.deepEqual(judge(asked, compiled), expected);
        const outcome = `${expected.effect} ${expected.by?.policyKind ?? expected.missing ?? ''}`;
        effects.set(outcome, (effects.get(outcome) ?? 0) + 1);
      },
    ),
    { numRuns: RUNS },
  );
  assert.equal(effects.size, 6, 'the generated cases reach every outcome');
  for (const [outcome, count] of effects) assert.ok(count > RUNS / 200, `too few cases of \`${outcome}\``);
});

test('adding a denying statement never allows more, and removing every policy denies', () => {
  fc.assert(
    fc.property(request, policy('identity'), policy('key'), (asked, identityText, keyText) => {
      const key = compilePolicy(parsePolicy(keyText, 'key'), 'key');
      const identity = compilePolicy(parsePolicy(identityText, 'identity'), 'identity');
      const everything = { Effect: 'Deny', Action: '*', Resource: '*' };
      const deny = compilePolicy(parsePolicy(JSON.stringify({ Statement: everything }), 'identity'), 'deny');
      assert.equal(judge(asked, { identity: [identity, deny], key }).effect, 'explicit-deny');
      assert.equal(judge(asked, { identity: [] }).allowed, false);
    }),
  );
});
