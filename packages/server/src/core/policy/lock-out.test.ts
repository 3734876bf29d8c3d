import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicy, wouldLockOut } from './index.ts';

const ACCOUNT = '111122223333';
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const AUTHOR = { arn: `arn:aws:iam::${ACCOUNT}:user/ann`, account: ACCOUNT };
const OTHER = `arn:aws:iam::${ACCOUNT}:user/bob`;
const KEY = { arn: `arn:aws:kms:eu-1:${ACCOUNT}:key/a`, account: ACCOUNT };

function locksOut(...statements: readonly object[]): boolean {
  const Statement = statements.map((statement) => ({
    Effect: 'Allow',
    Principal: { AWS: ROOT },
    Action: 'kms:*',
    Resource: '*',
    ...statement,
  }));
  return wouldLockOut(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), 'key'), AUTHOR, KEY);
}

test('a policy that names its author, or leaves the decision to the account, can be changed again', () => {
  assert.equal(locksOut({}), false);
  assert.equal(locksOut({ Principal: { AWS: ACCOUNT } }), false);
  assert.equal(locksOut({ Principal: { AWS: AUTHOR.arn } }), false);
  assert.equal(locksOut({ Principal: '*' }), false);
  assert.equal(locksOut({ Action: 'kms:Put*' }), false);
  assert.equal(locksOut({ Resource: KEY.arn }), false);
});

test('a policy for somebody else, for other actions or for another key locks its author out', () => {
  assert.equal(locksOut({ Principal: { AWS: OTHER } }), true);
  assert.equal(locksOut({ Principal: { AWS: 'arn:aws:iam::444455556666:root' } }), true);
  assert.equal(locksOut({ Action: 'kms:Encrypt' }), true);
  assert.equal(locksOut({ Action: undefined, NotAction: 'kms:PutKeyPolicy' }), true);
  assert.equal(locksOut({ Resource: `${KEY.arn}b` }), true);
});

test('a denial of the author locks out, one of somebody else or of some requests does not', () => {
  const deny = { Effect: 'Deny', Principal: '*' };
  assert.equal(locksOut({}, deny), true);
  assert.equal(locksOut({}, { ...deny, Principal: { AWS: OTHER } }), false);
  const otherThan = (arn: string): object => ({ Condition: { ArnNotEquals: { 'aws:PrincipalArn': arn } } });
  assert.equal(locksOut({}, { ...deny, ...otherThan(AUTHOR.arn) }), false);
  assert.equal(locksOut({}, { ...deny, ...otherThan(OTHER) }), true);
  assert.equal(
    locksOut({}, { ...deny, Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
    false,
  );
});

test('permission on a condition that a later request may not meet is no permission', () => {
  assert.equal(locksOut({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }), true);
  assert.equal(locksOut({ Condition: { StringEquals: { 'kms:CallerAccount': ACCOUNT } } }), false);
});

test('a session of a role that the policy names can change the policy again', () => {
  const role = `arn:aws:iam::${ACCOUNT}:role/administrator`;
  const session = `arn:aws:sts::${ACCOUNT}:assumed-role/administrator/ann`;
  const author = { arn: session, account: ACCOUNT, roleArn: role };
  const lockedOut = (...statements: readonly object[]): boolean => {
    const Statement = statements.map((one) => ({ Effect: 'Allow', Action: 'kms:*', ...one }));
    return wouldLockOut(parsePolicy(JSON.stringify({ Statement }), 'key'), author, KEY);
  };
  const named = { Principal: { AWS: role } };
  assert.equal(lockedOut(named), false);
  assert.equal(lockedOut({ Principal: { AWS: session } }), false);
  assert.equal(lockedOut({ Principal: { AWS: `${role}2` } }), true);
  assert.equal(lockedOut({ Principal: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': role } } }), false);
  assert.equal(lockedOut({ Principal: { Service: 'backup.example.com' } }), true);
  assert.equal(lockedOut(named, { Effect: 'Deny', NotPrincipal: { AWS: [role, ACCOUNT] } }), true);
  assert.equal(lockedOut(named, { Effect: 'Deny', NotPrincipal: { AWS: [role, session, ACCOUNT] } }), false);
});
