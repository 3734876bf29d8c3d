import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { principalId } from '../../identity/index.ts';
import { createSession, endSession } from './index.ts';
import { allowing, HOME, sts, StsBench, trusting, userArn } from './sts.test-fixture.ts';

function newStsBench(): StsBench {
  const store = openMemoryStore();
  return new StsBench(store, new TestBench(store));
}

test('users get sessions of their own, for 12 hours unless they say, without any permission', async () => {
  const bench = newStsBench();
  const ann = bench.user('ann');
  const session = bench.session(await bench.sts(ann, 'GetSessionToken'));
  assert.equal(session.expirationMs, bench.bench.nowMs + 43_200_000);
  assert.equal(await bench.whoami(session), userArn('ann'));
  const long = bench.session(await bench.sts(ann, 'GetSessionToken', { durationSeconds: 129_600 }));
  assert.equal(long.expirationMs, bench.bench.nowMs + 129_600_000);
  for (const durationSeconds of [899, 129_601]) {
    const { code } = await bench.refused(ann, sts('GetSessionToken'), { durationSeconds });
    assert.equal(code, 'Validation');
  }
});

test('no session prolongs itself', async () => {
  const bench = newStsBench();
  const ann = bench.user('ann');
  bench.role('Reader', trusting(userArn('ann')));
  const sessions = [
    bench.session(await bench.sts(ann, 'GetSessionToken')),
    await bench.assume(ann, 'Reader'),
  ];
  for (const session of sessions) {
    for (const operation of [sts('GetSessionToken'), createSession]) {
      assert.equal((await bench.refused(session, operation)).code, 'AccessDenied');
    }
  }
});

test('the root of an account gets no session', async () => {
  const bench = newStsBench();
  const root = bench.user('root');
  bench.put(`principal:${userArn('root')}`, {
    ...bench.userRecord('root'),
    arn: `arn:aws:iam::${HOME}:root`,
  });
  for (const operation of [sts('GetSessionToken'), createSession]) {
    assert.equal((await bench.refused(root, operation)).code, 'AccessDenied');
  }
});

test('a certificate gets short-lived credentials of its principal, which end with it', async () => {
  const bench = newStsBench();
  const holder = bench.userRecord('machine', allowing('sts:*'));
  bench.put(`principal:${principalId(HOME, 'user', 'machine')}`, holder);
  const machine = bench.certificate(holder);
  const result = await bench.released(machine, createSession);
  assert.equal(bench.bench.lastEvent().action, 'session.create');
  const session = bench.session(result);
  assert.equal(session.expirationMs, bench.bench.nowMs + 3_600_000);
  assert.equal(result['principalArn'], holder.arn);
  assert.equal(await bench.whoami(session), holder.arn);
  bench.role('Reader', trusting(holder.arn));
  const role = await bench.assume(session, 'Reader');
  const known = bench.bench.replica.certificates.get('c'.repeat(64));
  bench.put(`certificate:${'c'.repeat(64)}`, { ...known, disabled: true });
  assert.equal(await bench.rejected(machine), 'CredentialInvalid');
  assert.equal(await bench.rejected(session), 'CredentialInvalid');
  assert.equal(await bench.rejected(role), 'CredentialInvalid');
});

test('a session that a certificate got does not outlive the certificate', async () => {
  const bench = newStsBench();
  const holder = bench.userRecord('machine');
  bench.put(`principal:${principalId(HOME, 'user', 'machine')}`, holder);
  const machine = bench.certificate(holder);
  const endMs = bench.bench.nowMs + 600_000;
  const certificate = {
    issuer: 'CN=ca',
    notAfter: new Date(endMs).toISOString(),
    serial: '01',
    sha256: 'c'.repeat(64),
    subject: 'CN=machine',
  };
  bench.transport = { client: { address: '192.0.2.7', certificate } };
  const session = bench.session(await bench.released(machine, createSession));
  assert.equal(session.expirationMs, endMs);
});

test('a certificate does not pass to whoever is created under the name of its deleted holder', async () => {
  const bench = newStsBench();
  const holder = bench.userRecord('machine');
  bench.put(`principal:${principalId(HOME, 'user', 'machine')}`, holder);
  const machine = bench.certificate(holder);
  await bench.whoami(machine);
  bench.put(`principal:${principalId(HOME, 'user', 'machine')}`, bench.userRecord('machine', allowing('*')));
  assert.equal(await bench.rejected(machine), 'CredentialInvalid');
  assert.equal(bench.bench.service.certificateCaller('c'.repeat(64)), undefined);
});

test('whose account an access key is of is told to those who may ask', async () => {
  const bench = newStsBench();
  const ann = bench.user('ann', allowing('sts:GetAccessKeyInfo'));
  const asked = { accessKeyId: ann.credentialId };
  assert.deepEqual(await bench.sts(ann, 'GetAccessKeyInfo', asked), { account: HOME });
  const bob = bench.user('bob');
  assert.equal((await bench.refused(bob, sts('GetAccessKeyInfo'), asked)).code, 'AccessDenied');
  const unknown = { accessKeyId: 'ASIAAAAAAAAAAAAAAAAA' };
  assert.equal((await bench.refused(ann, sts('GetAccessKeyInfo'), unknown)).code, 'Validation');
});

test('whoever acts in a session ends it without any permission, and what was got with it', async () => {
  const bench = newStsBench();
  const ann = bench.user('ann', allowing('sts:AssumeRole'));
  bench.role('Reader', trusting(userArn('ann')));
  const session = bench.session(await bench.released(ann, createSession));
  const other = bench.session(await bench.released(ann, createSession));
  const reader = await bench.assume(session, 'Reader');
  assert.equal((await bench.refused(ann, endSession)).code, 'InvalidState');
  await bench.released(session, endSession);
  assert.equal(bench.bench.lastEvent().action, 'session.end');
  assert.equal(await bench.rejected(session), 'CredentialInvalid');
  assert.equal(await bench.rejected(reader), 'CredentialInvalid');
  assert.equal((await bench.refused(session, endSession)).code, 'CredentialInvalid');
  assert.equal(await bench.whoami(other), userArn('ann'));
  const again = await bench.assume(other, 'Reader');
  await bench.released(again, endSession);
  assert.equal(await bench.rejected(again), 'CredentialInvalid');
  assert.equal(await bench.whoami(other), userArn('ann'));
});
