import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { KNOWN_CONDITION_KEYS } from './condition-keys.ts';
import {
  type LintOptions,
  lintPolicy,
  type LintWarning,
  parsePolicy,
  type PolicyKind,
  principalsNamedBy,
} from './index.ts';

const ANN = 'arn:aws:iam::111122223333:user/ann';
const BOB = 'arn:aws:iam::111122223333:user/bob';
const ROOT = 'arn:aws:iam::111122223333:root';
const KEY = 'arn:aws:kms:eu-1:111122223333:key/a';

function lint(
  kind: PolicyKind,
  statements: readonly object[],
  options?: LintOptions,
): readonly LintWarning[] {
  const whole = statements.map((statement) => ({ Effect: 'Allow', ...statement }));
  const text = JSON.stringify({ Version: '2012-10-17', Statement: whole });
  return lintPolicy(parsePolicy(text, kind), options);
}

function codes(kind: PolicyKind, statements: readonly object[], options?: LintOptions): readonly string[] {
  return lint(kind, statements, options).map(({ code }) => code);
}

const USE = { Principal: { AWS: ANN }, Action: ['kms:Encrypt', 'kms:Decrypt'] };
const ADMINISTER = { Principal: { AWS: BOB }, Action: ['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'] };

test('a policy with separate duties for named principals has no warnings', () => {
  const delegation = { Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' };
  assert.deepEqual(lint('key', [delegation, USE, ADMINISTER]), []);
  assert.deepEqual(lint('identity', [{ Action: 'kms:Decrypt', Resource: KEY }]), []);
  assert.deepEqual(lint('identity', [{ Action: ['kms:ListKeys', 'kms:CreateKey'], Resource: '*' }]), []);
});

test('wildcards in what is allowed are named, and in what is denied are not', () => {
  assert.deepEqual(codes('identity', [{ Action: 'kms:Decrypt', Resource: '*' }]), ['wildcard-resource']);
  assert.deepEqual(codes('identity', [{ Action: 'iam:*', Resource: ROOT }]), ['wildcard-action']);
  assert.deepEqual(codes('key', [{ ...USE, Principal: '*' }]), ['wildcard-principal']);
  const organization = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } };
  assert.deepEqual(codes('key', [{ ...USE, Principal: '*', Condition: organization }]), []);
  assert.deepEqual(codes('identity', [{ Effect: 'Deny', Action: '*', Resource: '*' }]), []);
  assert.deepEqual(codes('identity', [{ Action: '*', Resource: '*' }], { use: 'guardrail' }), []);
});

test('elements that allow what they do not name are named', () => {
  assert.deepEqual(codes('identity', [{ NotAction: 'iam:*', Resource: KEY }]), [
    'duties-not-separated',
    'not-action-allow',
  ]);
  assert.deepEqual(codes('identity', [{ Action: 'kms:Decrypt', NotResource: KEY }]), ['not-resource-allow']);
  const others = { NotPrincipal: { AWS: ANN }, Action: 'kms:Decrypt' };
  assert.deepEqual(codes('key', [others]), ['not-principal']);
  assert.deepEqual(codes('key', [{ ...others, Effect: 'Deny' }]), ['not-principal']);
});

test('whoever may both administer and use a key is named, unless a denial separates it', () => {
  const both = { Principal: { AWS: [ANN, BOB] }, Action: 'kms:Disable*' };
  const [warning, ...rest] = lint('key', [USE, both]);
  assert.deepEqual(rest, []);
  assert.equal(warning?.code, 'duties-not-separated');
  assert.ok(warning?.message.includes(ANN));
  const deny = { Effect: 'Deny', Principal: { AWS: ANN }, Action: ['kms:Disable*'] };
  assert.deepEqual(codes('key', [USE, both, deny]), []);
  const sometimes = { ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
  assert.deepEqual(codes('key', [USE, both, sometimes]), ['duties-not-separated']);
  assert.deepEqual(codes('identity', [{ Action: 'kms:*', Resource: KEY }]), [
    'duties-not-separated',
    'wildcard-action',
  ]);
});

test('condition keys that nothing answers are named', () => {
  const where = (Condition: object, Action = 'kms:Decrypt'): readonly string[] =>
    codes('identity', [{ Action, Resource: KEY, Condition }]);
  assert.deepEqual(where({ StringEquals: { 'kms:CallerAccount': '111122223333' } }), []);
  assert.deepEqual(where({ StringEquals: { 'aws:PrincipalTag/team': 'red' } }), []);
  assert.deepEqual(where({ StringEquals: { 'idp.example.com/realm:sub': 'ann' } }), []);
  assert.deepEqual(where({ StringEquals: { 'localhost:8080/realm:sub': 'ann' } }), []);
  assert.deepEqual(where({ StringNotEquals: { 'aws:SourceIpp': 'a' } }), ['unknown-condition-key']);
  assert.deepEqual(where({ StringEqualsIfExists: { 'kms:ViaService': 's3' } }), ['unused-condition-key']);
  assert.deepEqual(where({ StringEquals: { 'kms:ViaService': 's3' } }), [
    'unused-condition-key',
    'never-matches',
  ]);
  const window = { NumericGreaterThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '20' } };
  assert.deepEqual(where(window), ['unused-condition-key', 'never-matches']);
  assert.deepEqual(where(window, 'kms:ScheduleKeyDeletion'), []);
});

test('statements that match nothing are named', () => {
  assert.deepEqual(codes('identity', [{ Action: 'ec2:RunInstances', Resource: '*' }]), ['never-matches']);
  assert.deepEqual(codes('key', [{ ...USE, Action: 'kms:Decript' }]), ['never-matches']);
  assert.deepEqual(codes('key', [{ ...USE, Resource: `${KEY}b` }], { resource: KEY }), ['never-matches']);
  assert.deepEqual(codes('key', [{ ...USE, Resource: '*' }], { resource: KEY }), []);
  const impossible = { Null: { 'aws:SourceIp': 'true' }, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
  assert.deepEqual(codes('key', [{ ...USE, Condition: impossible }]), ['never-matches']);
  assert.deepEqual(codes('key', [{ ...USE, Principal: { CanonicalUser: 'a' } }]), ['nobody-named']);
});

test('repetitions and the older version are named', () => {
  assert.deepEqual(
    codes('key', [
      { ...USE, Sid: 'A' },
      { ...USE, Sid: 'B' },
    ]),
    ['duplicate-statement'],
  );
  assert.deepEqual(codes('key', [{ ...USE, Action: ['kms:Encrypt', 'KMS:encrypt'] }]), ['duplicate-entry']);
  const text = JSON.stringify({ Statement: { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY } });
  assert.deepEqual(
    lintPolicy(parsePolicy(text, 'identity')).map(({ code }) => code),
    ['deprecated-version'],
  );
});

test('a warning names its statement', () => {
  assert.deepEqual(lint('key', [USE, { ...ADMINISTER, Sid: 'All', Principal: '*' }])[1], {
    code: 'wildcard-principal',
    statementIndex: 1,
    sid: 'All',
    message: 'the statement allows everybody, of any account',
  });
});

test('the condition keys that are provided are those of the specification', () => {
  const page = readFileSync(new URL('../../../../../spec/policy.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('### Condition keys');
  const rows = table.split('\n## ')[0]?.match(/^\| `.*$/gm) ?? [];
  const listed = rows
    .flatMap((row) => row.split('|')[1]?.match(/(?<=`)[a-zA-Z]+:[^`]+/g) ?? [])
    .map((name) => name.toLowerCase().replace(/…$/, ''));
  const provided = KNOWN_CONDITION_KEYS.filter((known) => known.provided).map(({ name }) => name);
  assert.deepEqual(provided.toSorted(), listed.toSorted());
});

test('the principals that a policy names are listed once', () => {
  const principals = {
    AWS: [ANN, '*', '111122223333'],
    Service: 'backup.example.com',
    Federated: 'accounts.example.com',
  };
  const document = parsePolicy(
    JSON.stringify({
      Statement: [
        { Effect: 'Allow', Principal: principals, Action: 'kms:Decrypt' },
        { Effect: 'Deny', NotPrincipal: { AWS: [BOB, ANN] }, Action: 'kms:Decrypt' },
      ],
    }),
    'key',
  );
  assert.deepEqual(principalsNamedBy(document), {
    aws: [ANN, '111122223333', BOB],
    services: ['backup.example.com'],
    federated: ['accounts.example.com'],
  });
});
