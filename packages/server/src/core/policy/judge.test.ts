import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AccessRequest,
  type ApplicablePolicies,
  compileGrant,
  compilePolicy,
  compileStoredPolicy,
  type Decision,
  judge,
  parsePolicy,
} from './index.ts';

const ACCOUNT = '111122223333';
const ANN = { arn: `arn:aws:iam::${ACCOUNT}:user/ann`, account: ACCOUNT };
const REQUEST: AccessRequest = {
  action: 'kms:Decrypt',
  resource: `arn:aws:kms:eu-1:${ACCOUNT}:key/a`,
  resourceAccount: ACCOUNT,
  principal: ANN,
  conditions: () => undefined,
};

function statement(Effect: string): string {
  return JSON.stringify({ Statement: { Sid: Effect, Effect, Action: '*', Resource: '*' } });
}

const allow = compilePolicy(parsePolicy(statement('Allow'), 'identity'), { name: 'wide', sha256: 'ab12' });
const deny = compilePolicy(parsePolicy(statement('Deny'), 'identity'), { name: 'narrow' });
const nothing = compilePolicy(
  parsePolicy(JSON.stringify({ Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } }), 'identity'),
  { name: 'nothing' },
);
const key = compilePolicy(
  parsePolicy(
    JSON.stringify({ Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*' } }),
    'key',
  ),
  { name: 'default' },
);

test('one compiled policy serves in every slot, and a decision names the slot it was in', () => {
  const slots: readonly (readonly [kind: string, applicable: ApplicablePolicies])[] = [
    ['quarantine', { identity: [], quarantine: deny }],
    ['identity-based', { identity: [deny] }],
    ['permissions boundary', { identity: [], boundary: deny }],
    ['session policy', { identity: [], session: [deny] }],
    ['service control policy', { identity: [], organization: [[deny]] }],
  ];
  for (const [policyKind, applicable] of slots) {
    assert.deepEqual(judge(REQUEST, applicable).by, {
      policyKind,
      policyName: 'narrow',
      policySha256: undefined,
      sid: 'Deny',
      statementIndex: 0,
    });
  }
});

test('a decision names the text that decided by its hash', () => {
  assert.equal(judge(REQUEST, { identity: [allow], resource: key }).by?.policySha256, 'ab12');
});

test('judging the same twice makes no new decision', () => {
  const denied = (): Decision => judge(REQUEST, { identity: [deny] });
  assert.equal(denied(), denied());
  const missing = (): Decision => judge(REQUEST, { identity: [], resource: key });
  assert.equal(missing(), missing());
});

test('what is missing is named in the order of evaluation', () => {
  const missing = (applicable: ApplicablePolicies): string | undefined =>
    judge(REQUEST, { resource: key, ...applicable }).missing;
  const limits = { boundary: nothing, session: [nothing] };
  assert.equal(missing({ identity: [], ...limits, organization: [[nothing]] }), 'service control policy');
  assert.equal(missing({ identity: [], ...limits, resource: nothing }), 'resource-based');
  assert.equal(missing({ identity: [], ...limits }), 'identity-based');
  assert.equal(missing({ identity: [allow], ...limits }), 'permissions boundary');
  assert.equal(missing({ identity: [allow], session: [nothing] }), 'session policy');
  assert.equal(missing({ identity: [allow], session: [] }), 'session policy');
});

test('a policy that cannot be read denies everything, in whatever slot it is', () => {
  const unreadable = compileStoredPolicy('{', 'identity', { name: 'broken' });
  const grants = [compileGrant({ grantId: 'g', grantee: ANN.arn, operations: ['Decrypt'] })];
  const fine = { identity: [allow], resource: key, grants };
  assert.equal(judge(REQUEST, fine).allowed, true);
  for (const applicable of [
    { ...fine, identity: [allow, unreadable] },
    { ...fine, resource: compileStoredPolicy('{', 'key', { name: 'broken' }) },
    { ...fine, resource: compileStoredPolicy('{', 'trust', { name: 'broken' }) },
    { ...fine, boundary: unreadable },
    { ...fine, session: [allow, unreadable] },
    { ...fine, organization: [[allow], [unreadable]] },
  ]) {
    const { effect, by } = judge(REQUEST, applicable);
    assert.equal(effect, 'explicit-deny');
    assert.equal(by?.sid, 'unreadable policy');
  }
});
