import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AccessRequest,
  compileGrant,
  compilePolicy,
  type CompiledPolicy,
  parsePolicy,
  type PolicyKind,
  traceDecision,
} from './index.ts';

const ACCOUNT = '111122223333';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
const KEY = `arn:aws:kms:eu-1:${ACCOUNT}:key/a`;
const CONTEXT: ReadonlyMap<string, readonly string[]> = new Map([
  ['kms:encryptioncontext:tenant', ['4711']],
  ['kms:encryptioncontextkeys', ['tenant']],
]);
const REQUEST: AccessRequest = {
  action: 'kms:Decrypt',
  resource: KEY,
  resourceAccount: ACCOUNT,
  principal: {
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/ann`,
    account: ACCOUNT,
    roleArn: ROLE,
  },
  conditions: (name) => CONTEXT.get(name),
};

function compile(kind: PolicyKind, name: string, ...statements: readonly object[]): CompiledPolicy {
  const Statement = statements.map((statement) => ({ Effect: 'Allow', Action: 'kms:*', ...statement }));
  return compilePolicy(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), kind), { name });
}

test('every statement is told with the first thing that does not fit', () => {
  const key = compile(
    'key',
    'default',
    { Sid: 'Role', Principal: { AWS: ROLE } },
    { Principal: { AWS: ROLE }, Action: 'kms:Encrypt' },
    { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/bob` } },
    { Principal: { AWS: ROLE }, Resource: `${KEY}b` },
    {
      Principal: '*',
      Effect: 'Deny',
      Condition: {
        StringNotEquals: { 'kms:EncryptionContext:tenant': '4711' },
        Bool: { 'aws:SecureTransport': 'false' },
        ArnLike: { 'aws:PrincipalArn': [ROLE] },
      },
    },
  );
  const { decision, policies } = traceDecision(REQUEST, { identity: [], resource: key });
  assert.equal(decision.by?.sid, 'Role');
  assert.deepEqual(policies, [
    {
      policyKind: 'resource-based',
      policyName: 'default',
      statements: [
        { statementIndex: 0, sid: 'Role', effect: 'Allow', outcome: 'matches', reach: 'role' },
        { statementIndex: 1, effect: 'Allow', outcome: 'other-action' },
        { statementIndex: 2, effect: 'Allow', outcome: 'other-principal' },
        { statementIndex: 3, effect: 'Allow', outcome: 'other-resource' },
        {
          statementIndex: 4,
          effect: 'Deny',
          outcome: 'condition-failed',
          failed: [
            {
              operator: 'StringNotEquals',
              key: 'kms:EncryptionContext:tenant',
              policyValues: ['4711'],
              requestValues: ['4711'],
            },
            { operator: 'Bool', key: 'aws:SecureTransport', policyValues: ['false'] },
            { operator: 'ArnLike', key: 'aws:PrincipalArn', policyValues: [ROLE] },
          ],
        },
      ],
    },
  ]);
});

test('policies of every kind are told, guardrails with their level', () => {
  const wide = compile('identity', 'wide', { Resource: '*' });
  const { policies } = traceDecision(REQUEST, {
    identity: [wide],
    boundary: wide,
    session: [wide],
    organization: [[], [wide]],
  });
  assert.deepEqual(
    policies.map(({ policyKind, level }) => [policyKind, level]),
    [
      ['service control policy', 1],
      ['identity-based', undefined],
      ['permissions boundary', undefined],
      ['session policy', undefined],
    ],
  );
});

test('a grant is told with the constraints that do not hold', () => {
  const grants = [
    { operations: ['Encrypt'] },
    { operations: ['Decrypt'], grantee: `${ROLE}2` },
    {
      operations: ['Decrypt'],
      constraints: { encryptionContextEquals: { tenant: '4712', app: 'a' }, sourceArn: 'arn:aws:s3:::b' },
    },
    { operations: ['Decrypt'], constraints: { encryptionContextSubset: { Tenant: '4711' } }, name: 'some' },
  ].map((grant, index) => compileGrant({ grantId: `g${index}`, grantee: ROLE, ...grant }));
  const { decision, policies } = traceDecision(REQUEST, { identity: [], grants });
  assert.equal(decision.by?.policyName, 'g3');
  const common = { statementIndex: 0, effect: 'Allow' };
  assert.deepEqual(
    policies.map(({ statements }) => statements[0]),
    [
      { ...common, outcome: 'other-action' },
      { ...common, outcome: 'other-principal' },
      {
        ...common,
        outcome: 'condition-failed',
        failed: [
          {
            operator: 'EncryptionContextEquals',
            key: 'kms:EncryptionContextKeys',
            policyValues: ['tenant', 'app'],
            requestValues: ['tenant'],
          },
          {
            operator: 'EncryptionContextEquals',
            key: 'kms:EncryptionContext:tenant',
            policyValues: ['4712'],
            requestValues: ['4711'],
          },
          { operator: 'EncryptionContextEquals', key: 'kms:EncryptionContext:app', policyValues: ['a'] },
          { operator: 'SourceArn', key: 'aws:SourceArn', policyValues: ['arn:aws:s3:::b'] },
        ],
      },
      { ...common, sid: 'some', outcome: 'matches', reach: 'role' },
    ],
  );
});
