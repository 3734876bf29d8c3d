import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { listPrincipals } from '../admin/index.ts';
import {
  allowing,
  HOME,
  OTHER,
  policyOf,
  roleArn,
  sts,
  StsBench,
  trusting,
  userArn,
} from './sts.test-fixture.ts';

function newStsBench(): StsBench {
  const store = openMemoryStore();
  return new StsBench(store, new TestBench(store));
}

const home = `arn:aws:iam::${HOME}:root`;

test('a user whom a trust policy names gets credentials of the role, and acts as it', async () => {
  const bench = newStsBench();
  const ann = bench.user('ann');
  const { uniqueId } = bench.role('Reader', trusting(userArn('ann')));
  const session = await bench.assume(ann, 'Reader', { roleSessionName: 'ann@laptop' });
  const { assumedRoleUser, packedPolicySize } = session.result;
  const arn = `arn:aws:sts::${HOME}:assumed-role/Reader/ann@laptop`;
  assert.deepEqual(assumedRoleUser, { arn, assumedRoleId: `${uniqueId}:ann@laptop` });
  assert.equal(packedPolicySize, undefined);
  assert.match(session.credentialId, /^ASIA[A-Z2-7]{16}$/);
  assert.equal(session.expirationMs, bench.bench.nowMs + 3_600_000);
  assert.deepEqual(await bench.sts(session, 'GetCallerIdentity'), {
    account: HOME,
    arn,
    userId: `${uniqueId}:ann@laptop`,
  });
});

test('the record says who assumed which role under which name, and nothing secret', async () => {
  const bench = newStsBench();
  const ann = bench.user('ann');
  bench.role('Reader', trusting(userArn('ann')));
  const session = await bench.assume(ann, 'Reader', { sourceIdentity: 'ann.smith', durationSeconds: 900 });
  const event = bench.bench.lastEvent();
  assert.equal(event.action, 'session.assume-role');
  assert.deepEqual(event.parameters, {
    durationSeconds: 900,
    role: roleArn('Reader'),
    roleSessionName: 'work',
    sourceIdentity: 'ann.smith',
  });
  assert.equal(event.change?.after?.['accessKeyId'], session.credentialId);
  assert.deepEqual(
    event.decisions?.map(({ permission }) => permission),
    ['sts:AssumeRole', 'sts:SetSourceIdentity'],
  );
  await bench.whoami(session);
  const actor = bench.bench.lastEvent().actor;
  assert.equal(actor.type, 'role');
  assert.equal(actor.credentialId, session.credentialId);
  assert.deepEqual(actor.session?.chain, [userArn('ann')]);
  assert.equal(actor.session.sourceIdentity, 'ann.smith');
  const record = bench.bench.entries().join('\n');
  const { secretAccessKey, sessionToken } = session;
  assert.match(secretAccessKey, /^[\w+/]{40}$/);
  assert.ok(!record.includes(secretAccessKey) && !record.includes(sessionToken));
});

test('a role that trusts an account leaves it to identity policies there', async () => {
  const bench = newStsBench();
  bench.role('Reader', trusting(home));
  assert.equal((await bench.refusedRole(bench.user('bob'), 'Reader')).code, 'AccessDenied');
  await bench.assume(bench.user('ann', allowing('sts:AssumeRole')), 'Reader');
});

test('across accounts both sides must allow, also when the trust policy names the user', async () => {
  const bench = newStsBench();
  bench.role('Reader', trusting([userArn('ann', OTHER), userArn('bob', OTHER)]));
  const arn = roleArn('Reader');
  const ann = bench.user('ann', undefined, OTHER);
  assert.equal((await bench.refusedRole(ann, arn)).code, 'AccessDenied');
  await bench.assume(bench.user('bob', allowing('sts:AssumeRole'), OTHER), arn);
  const eve = bench.user('eve', allowing('*'), OTHER);
  assert.equal((await bench.refusedRole(eve, arn)).code, 'AccessDenied');
});

test('no denial tells whether there is such a role, whatever the reason', async () => {
  const bench = newStsBench();
  bench.role('Trusting', trusting(home));
  bench.role('Closed', trusting(userArn('somebody')));
  bench.role('Disabled', trusting(userArn('ann')), { disabled: true });
  bench.role('Elsewhere', trusting(userArn('ann')), { arn: roleArn('path/Elsewhere') });
  const ann = bench.user('ann', allowing('kms:*'));
  const eve = bench.user('eve', allowing('sts:AssumeRole'));
  for (const caller of [ann, eve]) {
    for (const name of ['Closed', 'Disabled', 'Elsewhere', 'None']) {
      const { code, message } = await bench.refusedRole(caller, name);
      assert.equal(code, 'AccessDenied');
      assert.equal(
        message,
        `User: ${caller.principalArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn(name)}`,
      );
      const { decisions, outcome } = bench.bench.lastEvent();
      assert.equal(outcome, 'denied');
      assert.notEqual(decisions?.at(-1)?.effect, 'allow');
    }
  }
  const refused = await bench.refusedRole(ann, 'Trusting');
  assert.match(refused.message, /on resource: \S+$/);
});

test('what is no ARN of a role is an error that says so', async () => {
  const bench = newStsBench();
  const ann = bench.user('ann', allowing('*'));
  for (const roleArnText of [userArn('ann'), 'arn:aws:iam::1:role/x', `arn:aws:s3::${HOME}:role/x`]) {
    const asked = { roleArn: roleArnText, roleSessionName: 'work' };
    assert.equal((await bench.refused(ann, sts('AssumeRole'), asked)).code, 'Validation');
  }
});

test('an external id keeps a deputy from being confused', async () => {
  const bench = newStsBench();
  const condition = { StringEquals: { 'sts:ExternalId': 'customer-1' } };
  bench.role('ForDeputy', trusting(userArn('deputy', OTHER), condition));
  const deputy = bench.user('deputy', allowing('sts:AssumeRole'), OTHER);
  const arn = roleArn('ForDeputy');
  assert.equal((await bench.refusedRole(deputy, arn)).code, 'AccessDenied');
  assert.equal((await bench.refusedRole(deputy, arn, { externalId: 'customer-2' })).code, 'AccessDenied');
  assert.equal((await bench.refusedRole(deputy, arn, { externalId: 'Customer-1' })).code, 'AccessDenied');
  await bench.assume(deputy, arn, { externalId: 'customer-1' });
});

test('a trust policy can hold users to a session name of their own', async () => {
  const bench = newStsBench();
  const own = { StringEquals: { 'sts:RoleSessionName': '$'.concat('{aws:username}') } };
  bench.role('Reader', trusting(home, own));
  const ann = bench.user('ann', allowing('sts:AssumeRole'));
  assert.equal((await bench.refusedRole(ann, 'Reader', { roleSessionName: 'bob' })).code, 'AccessDenied');
  await bench.assume(ann, 'Reader', { roleSessionName: 'ann' });
});

test('a session lasts from 15 minutes to what the role allows, an hour unless it says', async () => {
  const bench = newStsBench();
  const ann = bench.user('ann');
  bench.role('Short', trusting(userArn('ann')));
  bench.role('Long', trusting(userArn('ann')), { maxSessionSeconds: 43_200 });
  const seconds = async (name: string, durationSeconds?: number): Promise<number> => {
    const session = await bench.assume(ann, name, { durationSeconds });
    return (session.expirationMs - bench.bench.nowMs) / 1000;
  };
  assert.equal(await seconds('Long'), 3600);
  assert.equal(await seconds('Long', 43_200), 43_200);
  assert.equal(await seconds('Short', 900), 900);
  for (const [name, durationSeconds] of [
    ['Short', 3601],
    ['Long', 899],
    ['Long', 43_201],
    ['Long', 1000.5],
  ] as const) {
    assert.equal((await bench.refusedRole(ann, name, { durationSeconds })).code, 'Validation');
  }
});

test('an MFA device cannot be shown, and nobody is made to believe that it counted', async () => {
  const bench = newStsBench();
  const ann = bench.user('ann');
  bench.role('Reader', trusting(userArn('ann')));
  for (const asked of [{ serialNumber: 'device' }, { tokenCode: '123456' }]) {
    assert.equal((await bench.refusedRole(ann, 'Reader', asked)).code, 'Unsupported');
    assert.equal((await bench.refused(ann, sts('GetSessionToken'), asked)).code, 'Unsupported');
  }
});

test('the root of an account assumes no role', async () => {
  const bench = newStsBench();
  bench.role('Reader', trusting('*'));
  const root = bench.user('root', allowing('*'));
  bench.put(`principal:${userArn('root')}`, { ...bench.userRecord('root', allowing('*')), arn: home });
  const { code, message } = await bench.refusedRole(root, 'Reader');
  assert.equal(code, 'AccessDenied');
  assert.equal(message, 'Roles may not be assumed by root accounts.');
});

test('a session ends exactly at its instant, and is told so', async () => {
  const bench = newStsBench();
  const ann = bench.user('ann');
  bench.role('Reader', trusting(userArn('ann')));
  const session = await bench.assume(ann, 'Reader');
  bench.bench.nowMs = session.expirationMs - 1;
  await bench.whoami(session);
  bench.bench.nowMs = session.expirationMs;
  assert.equal(await bench.rejected(session), 'ExpiredToken');
});

test('guardrails over the account of the caller hold for assuming roles elsewhere', async () => {
  const bench = newStsBench();
  bench.role('Reader', trusting(userArn('ann', OTHER)));
  const ann = bench.user('ann', allowing('*'), OTHER);
  await bench.assume(ann, roleArn('Reader'));
  const document = policyOf(
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: `arn:aws:iam::${HOME}:*` },
  );
  const guardrails = [{ name: 'home', document }];
  bench.put(`account:${OTHER}`, { id: OTHER, name: 'other', createdAtMs: 0, guardrails });
  assert.equal((await bench.refusedRole(ann, roleArn('Reader'))).code, 'AccessDenied');
  assert.equal(bench.bench.lastEvent().decisions?.at(-1)?.policyKind, 'service control policy');
});

test('a role of another account is administered by those who may assume it, and no further', async () => {
  const bench = newStsBench();
  const admin = await bench.administrator();
  bench.role('Admin', trusting(home), { account: OTHER });
  const session = await bench.assume(admin, roleArn('Admin', OTHER));
  const listed = await bench.released(session, listPrincipals);
  assert.deepEqual(listed['principals'], []);
});
