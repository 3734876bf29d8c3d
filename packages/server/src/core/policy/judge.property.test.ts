import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AccessRequest,
  compilePolicy,
  type Decision,
  type Grant,
  judge,
  parsePolicy,
  traceDecision,
} from './index.ts';
import { compileCase, type PolicyTexts, readCase } from './judged-cases.test-fixture.ts';
import { type Match, type Matches, referenceJudge, referenceMatches } from './reference.test-model.ts';

/** How many cases are generated. The suite `test/policy` asks for many more than the quick gate. */
const RUNS = Number(process.env['KEYWITNESS_POLICY_CASES'] ?? 5_000);

/** Every way in which a request can end. */
const OUTCOMES = [
  ...['identity-based', 'resource-based', 'grant'].map((kind) => `allow ${kind}`),
  ...['explicit-deny', 'implicit-deny'].flatMap((effect) =>
    [
      'identity-based',
      'resource-based',
      'permissions boundary',
      'session policy',
      'service control policy',
    ].map((kind) => `${effect} ${kind}`),
  ),
  'explicit-deny quarantine',
];

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
const KEYS = [
  't:One',
  'T:one',
  't:Many',
  'aws:username',
  'idp.example/realm:sub',
  'aws:PrincipalTag/Team',
  PAIR,
] as const;
const PROVIDER = 'arn:aws:iam::111122223333:oidc-provider/idp.example/realm';
const SERVICE = 'backup.example.com';
const TEXTS = ['a', 'A', 'ann', '', '*', 'a*', 'a?n', '?', '\u{1f511}', '*?', '**n', 'a**n?'] as const;
const VARIABLES = [
  `\${aws:username}`,
  `\${t:None, 'ann'}`,
  `\${t:None}`,
  `\${*}`,
  `x\${?}*`,
  `\${t:Many}*`,
  `\${idp.example/realm:sub}`,
  `\${aws:PrincipalTag/team, 'a'}`,
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
  { weight: 3, arbitrary: fc.constant({}) },
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
const principals = fc.oneof(
  { weight: 3, arbitrary: oneOrMore([...ARNS, ...ACCOUNTS]).map((AWS): object => ({ AWS })) },
  { weight: 3, arbitrary: fc.constant({ AWS: ACCOUNTS }) },
  fc.constant({ AWS: '*' }),
  fc.record({ AWS: oneOrMore(ARNS), Service: oneOrMore([SERVICE, 'other.example.com']) }),
  fc.record({ Federated: oneOrMore([PROVIDER, `${PROVIDER}2`]) }),
);

const common = fc
  .tuple(fc.constantFrom('Allow', 'Allow', 'Deny'), actions, resources, conditions)
  .map(([Effect, action, resource, tests]) => ({ Effect, ...action, ...resource, ...tests }));
/** A statement that most requests meet, so that more of what comes after it is reached. */
const wide = fc.record({
  Effect: fc.oneof({ weight: 15, arbitrary: fc.constant('Allow') }, fc.constant('Deny')),
  Action: fc.constantFrom('*', 'kms:*', '*:*', 'kms:Decrypt'),
  Resource: fc.constant('*'),
});
const identityStatement = fc.oneof(common, wide);
const keyStatement = fc
  .tuple(fc.oneof(common, wide), principals, fc.constantFrom('Principal', 'Principal', 'NotPrincipal'))
  .map(([statement, principal, name]): object => ({ ...statement, [name]: principal }));

function policyOf(statement: fc.Arbitrary<object>): fc.Arbitrary<string> {
  return fc
    .record({
      Version: fc.constantFrom('2012-10-17', '2012-10-17', '2008-10-17'),
      Statement: fc.array(statement, { minLength: 1, maxLength: 3 }),
    })
    .map((document) => JSON.stringify(document));
}

const identityPolicy = policyOf(identityStatement);
const widePolicy = policyOf(wide);
/** What a limit is there for: it allows something, and not this. */
const narrowPolicy = policyOf(
  fc.constantFrom('s3:*', 'kms:Encrypt').map((Action) => ({ Effect: 'Allow', Action, Resource: '*' })),
);
const limitPolicy = fc.oneof(identityPolicy, widePolicy, widePolicy, narrowPolicy);
const resourcePolicy = policyOf(keyStatement);

const grant: fc.Arbitrary<Grant> = fc.record({
  grantId: fc.constantFrom('g1', 'g2'),
  name: fc.constantFrom('name', undefined),
  grantee: fc.constantFrom(...ARNS, ...ACCOUNTS, SERVICE),
  operations: fc.subarray(['Decrypt', 'Encrypt', 'DescribeKey', 'CreateGrant'], { minLength: 1 }),
  constraints: fc.oneof(
    fc.constant(undefined),
    fc.constant({ encryptionContextEquals: { App: 'a' } }),
    fc.constant({ encryptionContextSubset: { app: 'ann' } }),
    fc.constant({ sourceArn: 'arn:aws:s3:::b' }),
  ),
});

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

const anyRequest: fc.Arbitrary<AccessRequest> = fc
  .record({
    action: fc.constantFrom(
      'kms:Decrypt',
      'kms:Encrypt',
      'kms:DescribeKey',
      'kms:ListKeys',
      'sts:AssumeRole',
    ),
    resource: fc.constantFrom(...RESOURCES),
    resourceAccount: fc.constantFrom(ACCOUNTS[0], ACCOUNTS[0], ACCOUNTS[1]),
    arn: fc.constantFrom(...ARNS),
    outside: fc.constantFrom(...Array.from({ length: 12 }, () => 'none'), 'service', 'federated'),
    context: fc.constantFrom([], ['a'], ['ann'], ['a', 'ann']),
    known: fc.dictionary(
      fc.constantFrom('aws:sourcearn', ...KEYS.map((key) => key.toLowerCase())),
      fc.array(fc.oneof(actualValues, fc.constant('arn:aws:s3:::b')), { maxLength: 2 }),
    ),
  })
  .map(({ arn, outside, known, context, ...rest }) => {
    const account = arn.slice(13, 25);
    const found = new Map<string, readonly string[]>(Object.entries(known));
    if (context.length > 0) {
      found.set(PAIR.toLowerCase(), context);
      found.set('kms:encryptioncontextkeys', ['App', 'app'].slice(0, context.length));
    }
    const principal = {
      arn: outside === 'federated' ? PROVIDER : arn,
      account: outside === 'federated' ? '' : account,
      ...(arn.includes(':assumed-role/') ? { roleArn: `arn:aws:iam::${account}:role/reader` } : {}),
      ...(outside === 'service' ? { service: SERVICE } : {}),
      ...(outside === 'federated' ? { federated: PROVIDER } : {}),
    };
    return { ...rest, principal, conditions: (name) => found.get(name) };
  });

function sometimes<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, arbitrary);
}

function rarely<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: 20, arbitrary: fc.constant(undefined) }, arbitrary);
}

const KEPT_FROM_ALL = '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}';
const KEPT_WITHOUT_APPROVAL =
  '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"t:One":"false"}}}}';

/** A request with the policies that have a say in it. */
const judgedCase: fc.Arbitrary<readonly [AccessRequest, PolicyTexts]> = fc.tuple(
  anyRequest,
  fc.record({
    quarantine: rarely(fc.constantFrom(KEPT_FROM_ALL, KEPT_WITHOUT_APPROVAL)),
    identity: fc.array(identityPolicy, { maxLength: 2 }),
    resource: fc.option(resourcePolicy, { nil: undefined }),
    boundary: sometimes(limitPolicy),
    session: sometimes(fc.array(limitPolicy, { minLength: 1, maxLength: 2 })),
    organization: sometimes(fc.array(fc.array(limitPolicy, { maxLength: 2 }), { maxLength: 2 })),
    grants: sometimes(fc.array(grant, { maxLength: 3 })),
  }),
);

test('the compiled judge decides as the reference does, and names the same statement', () => {
  const seen = new Map(OUTCOMES.map((outcome) => [outcome, 0]));
  fc.assert(
    fc.property(judgedCase, ([request, texts]) => {
      const documents = readCase(texts);
      const expected = referenceJudge(request, documents);
      assert.deepEqual(judge(request, compileCase(documents)), expected);
      const outcome = outcomeOf(expected);
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }),
    { numRuns: RUNS },
  );
  assert.deepEqual([...seen.keys()].toSorted(), OUTCOMES.toSorted());
  for (const [outcome, count] of seen) {
    assert.ok(count >= RUNS / 1000, `too few cases of \`${outcome}\`: ${count} of ${RUNS}`);
  }
});

test('a trace tells the decision of the judge, and of every statement whether it matches', () => {
  fc.assert(
    fc.property(judgedCase, ([request, texts]) => {
      const documents = readCase(texts);
      const applicable = compileCase(documents);
      const { decision, policies } = traceDecision(request, applicable);
      assert.deepEqual(decision, judge(request, applicable));
      const matching = policies.flatMap(({ policyName, policyKind, statements }) =>
        statements
          .filter(({ outcome }) => outcome === 'matches')
          .map(({ statementIndex }) => `${policyKind} ${policyName} ${statementIndex}`),
      );
      assert.deepEqual(matching.toSorted(), namesOf(referenceMatches(request, documents)).toSorted());
      for (const { outcome, failed } of policies.flatMap(({ statements }) => statements)) {
        assert.equal(outcome === 'condition-failed', failed !== undefined && failed.length > 0);
      }
      assert.deepEqual(JSON.parse(JSON.stringify(policies)), policies, 'a trace is data');
    }),
    { numRuns: Math.ceil(RUNS / 10) },
  );
});

test('adding a denying statement never allows more, and removing every policy denies', () => {
  const text = JSON.stringify({ Statement: { Effect: 'Deny', Action: '*', Resource: '*' } });
  const deny = compilePolicy(parsePolicy(text, 'identity'), { name: 'deny' });
  fc.assert(
    fc.property(judgedCase, ([request, texts]) => {
      const applicable = compileCase(readCase(texts));
      const { identity, session = [], organization = [] } = applicable;
      for (const stricter of [
        { ...applicable, quarantine: deny },
        { ...applicable, identity: [...identity, deny] },
        { ...applicable, boundary: deny },
        { ...applicable, session: [...session, deny] },
        { ...applicable, organization: [...organization, [deny]] },
      ]) {
        assert.equal(judge(request, stricter).effect, 'explicit-deny');
      }
      assert.equal(judge(request, { identity: [] }).allowed, false);
    }),
  );
});

test('a boundary, session policies, guardrails and grants only ever change answers in their own direction', () => {
  fc.assert(
    fc.property(judgedCase, ([request, texts]) => {
      const applicable = compileCase(readCase(texts));
      const { identity, resource, boundary, session, organization, grants } = applicable;
      const without = judge(request, { identity, resource });
      const limited = judge(request, { identity, resource, boundary, session, organization });
      if (!without.allowed) assert.equal(limited.allowed, false, 'limits allow nothing');
      const granted = judge(request, { identity, resource, grants });
      if (without.allowed) assert.equal(granted.allowed, true, 'grants deny nothing');
      if (without.effect === 'explicit-deny') assert.equal(granted.effect, 'explicit-deny');
    }),
  );
});

function outcomeOf({ effect, by, missing }: Decision): string {
  return `${effect} ${by?.policyKind ?? missing ?? ''}`;
}

function namesOf({
  quarantine,
  identity,
  resource,
  boundary,
  session,
  organization,
  grants,
}: Matches): readonly string[] {
  const all: readonly Match[] = [
    quarantine,
    identity,
    resource,
    boundary,
    session,
    organization.flat(),
    grants,
  ].flat();
  return all.map(({ by }) => `${by.policyKind} ${by.policyName} ${by.statementIndex}`);
}
