import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { principalId } from '../../identity/index.ts';
import { disableCredential, disablePrincipal } from '../admin/index.ts';
import { sealSession } from '../session-tokens.ts';
import { revokeSession, revokeSessions } from './index.ts';
import {
  allowing,
  HOME,
  OTHER,
  otherEntropy,
  otherKeyring,
  roleArn,
  type SessionCaller,
  StsBench,
  trusting,
  userArn,
} from './sts.test-fixture.ts';

function newStsBench(): StsBench {
  const store = openMemoryStore();
  return new StsBench(store, new TestBench(store));
}

const home = `arn:aws:iam::${HOME}:root`;
const DAY_MS = 86_400_000;

interface Setup {
  readonly bench: StsBench;
  readonly admin: ReturnType<StsBench['user']>;
  readonly ann: ReturnType<StsBench['user']>;
  /** Of role `R1`, got by ann. */
  readonly first: SessionCaller;
  /** Of role `R2`, got by the first. */
  readonly second: SessionCaller;
}

async function newSetup(): Promise<Setup> {
  const bench = newStsBench();
  const admin = await bench.administrator();
  const ann = bench.user('ann', allowing('sts:*'));
  for (const name of ['R1', 'R2']) bench.role(name, trusting(home));
  const first = await bench.assume(ann, 'R1');
  const second = await bench.assume(first, 'R2');
  await bench.whoami(second);
  return { bench, admin, ann, first, second };
}

test('a revoked session and what was got with it are refused from then on, others are not', async () => {
  const { bench, admin, ann, first, second } = await newSetup();
  const sibling = await bench.assume(ann, 'R1');
  await bench.released(admin, revokeSession, { accessKeyId: first.credentialId });
  assert.deepEqual(bench.bench.lastEvent().change, {
    after: { accessKeyId: first.credentialId, scope: HOME },
  });
  assert.equal(await bench.rejected(first), 'CredentialInvalid');
  assert.equal(await bench.rejected(second), 'CredentialInvalid');
  await bench.whoami(sibling);
});

test('revoking the end of a chain leaves its beginning', async () => {
  const { bench, admin, first, second } = await newSetup();
  await bench.released(admin, revokeSession, {
    accessKeyId: second.credentialId,
    principalArn: roleArn('R2'),
  });
  assert.equal(await bench.rejected(second), 'CredentialInvalid');
  await bench.whoami(first);
});

test('a session is not revoked by naming another principal than its own', async () => {
  const { bench, admin, first } = await newSetup();
  const accessKeyId = first.credentialId;
  await bench.released(admin, revokeSession, { accessKeyId, principalArn: roleArn('R2') });
  await bench.whoami(first);
  await bench.released(admin, revokeSession, { accessKeyId, principalArn: roleArn('R1') });
  assert.equal(await bench.rejected(first), 'CredentialInvalid');
});

test('the permission is asked for on the principal that is named, and else on all', async () => {
  const { bench, first } = await newSetup();
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'keywitness:RevokeSession', Resource: roleArn('R1') }],
  });
  const guard = bench.user('guard', policy);
  const accessKeyId = first.credentialId;
  const refused = async (asked: object): Promise<string> =>
    (await bench.refused(guard, revokeSession, { accessKeyId, ...asked })).code;
  assert.equal(await refused({}), 'AccessDenied');
  assert.equal(await refused({ principalArn: roleArn('R2') }), 'AccessDenied');
  assert.equal(await refused({ principalArn: roleArn('None') }), 'AccessDenied');
  assert.equal(await refused({ principalArn: 'R1' }), 'InvalidArn');
  await bench.released(guard, revokeSession, { accessKeyId, principalArn: roleArn('R1') });
  assert.equal(await bench.rejected(first), 'CredentialInvalid');
});

test('nobody revokes the sessions of another account but the management account', async () => {
  const { bench, admin, ann, first } = await newSetup();
  const stranger = bench.user('stranger', allowing('*'), OTHER);
  await bench.released(stranger, revokeSession, { accessKeyId: first.credentialId });
  await bench.whoami(first);
  const named = { accessKeyId: first.credentialId, principalArn: roleArn('R1') };
  assert.equal((await bench.refused(stranger, revokeSession, named)).code, 'AccessDenied');
  bench.role('Theirs', trusting(userArn('ann')), { account: OTHER });
  const theirs = await bench.assume(ann, roleArn('Theirs', OTHER));
  await bench.released(admin, revokeSession, { accessKeyId: theirs.credentialId });
  assert.equal(await bench.rejected(theirs), 'CredentialInvalid');
});

test('what one account revoked stays revoked when another account revokes it as well', async () => {
  const { bench, admin, first } = await newSetup();
  const stranger = bench.user('stranger', allowing('*'), OTHER);
  await bench.released(admin, revokeSession, { accessKeyId: first.credentialId });
  await bench.released(stranger, revokeSession, { accessKeyId: first.credentialId });
  assert.equal(await bench.rejected(first), 'CredentialInvalid');
});

test('an access key of a user is no session', async () => {
  const { bench, admin, ann } = await newSetup();
  const refused = await bench.refused(admin, revokeSession, { accessKeyId: ann.credentialId });
  assert.equal(refused.code, 'InvalidInput');
});

test('one account cannot fill a session up with names of principals', async () => {
  const { bench, admin, first } = await newSetup();
  const accessKeyId = first.credentialId;
  for (let count = 0; count < 10; count += 1) {
    bench.role(`Other${count}`, trusting(home));
    await bench.released(admin, revokeSession, { accessKeyId, principalArn: roleArn(`Other${count}`) });
  }
  const one = { accessKeyId, principalArn: roleArn('R2') };
  assert.equal((await bench.refused(admin, revokeSession, one)).code, 'LimitExceeded');
  await bench.released(admin, revokeSession, { accessKeyId });
  assert.deepEqual(bench.bench.replica.revokedSessions.get(accessKeyId)?.scopes, [HOME]);
});

test('records of sessions that have ended by themselves are swept by later revocations', async () => {
  const { bench, admin, ann, first } = await newSetup();
  await bench.released(admin, revokeSession, { accessKeyId: first.credentialId });
  bench.bench.nowMs += 1.5 * DAY_MS - 1;
  await bench.released(admin, revokeSession, { accessKeyId: (await bench.assume(ann, 'R1')).credentialId });
  assert.ok(bench.bench.replica.revokedSessions.has(first.credentialId));
  bench.bench.nowMs += 1;
  const last = await bench.assume(ann, 'R1');
  await bench.released(admin, revokeSession, { accessKeyId: last.credentialId });
  assert.ok(!bench.bench.replica.revokedSessions.has(first.credentialId));
  assert.equal(bench.bench.replica.revokedSessions.size, 2);
  assert.equal(await bench.rejected(last), 'CredentialInvalid');
});

test('a session ends with the credential it was got with, however long the chain', async () => {
  const { bench, admin, ann, first, second } = await newSetup();
  await bench.released(admin, disableCredential, { accessKeyId: ann.credentialId });
  assert.equal(await bench.rejected(first), 'CredentialInvalid');
  assert.equal(await bench.rejected(second), 'CredentialInvalid');
});

test('a session ends with any principal of its chain', async () => {
  for (const ending of ['ann', 'R1', 'R2']) {
    const { bench, admin, second } = await newSetup();
    if (ending === 'ann') {
      await bench.released(admin, disablePrincipal, { principalName: 'ann' });
    } else {
      const disabled = { ...bench.roleRecord(ending), disabled: true };
      bench.put(`principal:${principalId(HOME, 'role', ending)}`, disabled);
    }
    assert.equal(await bench.rejected(second), 'CredentialInvalid', ending);
  }
});

test('a role that is created under the name of a deleted one does not inherit its sessions', async () => {
  for (const name of ['R1', 'R2']) {
    const { bench, second } = await newSetup();
    bench.put(`principal:${principalId(HOME, 'role', name)}`, null);
    assert.equal(await bench.rejected(second), 'CredentialInvalid');
    bench.role(name, trusting(home));
    assert.equal(await bench.rejected(second), 'CredentialInvalid', name);
  }
});

test('a user who is created under the name of a deleted one does not inherit sessions either', async () => {
  const { bench, ann, first } = await newSetup();
  const own = bench.session(await bench.sts(ann, 'GetSessionToken'));
  bench.user('ann', allowing('sts:*'));
  assert.equal(await bench.rejected(own), 'CredentialInvalid');
  assert.equal(await bench.rejected(first), 'CredentialInvalid');
});

test('a tighter trust policy lets nobody in any more, but ends no session; RevokeSessions does', async () => {
  const { bench, admin, ann, first, second } = await newSetup();
  bench.put(`principal:${principalId(HOME, 'role', 'R1')}`, {
    ...bench.roleRecord('R1'),
    trustPolicy: trusting(userArn('nobody')),
  });
  assert.equal((await bench.refusedRole(ann, 'R1')).code, 'AccessDenied');
  await bench.whoami(first);
  await bench.released(admin, revokeSessions, { principalArn: roleArn('R1') });
  assert.equal(await bench.rejected(first), 'CredentialInvalid');
  assert.equal(await bench.rejected(second), 'CredentialInvalid');
});

test('after all sessions of a role are revoked, new ones can be got at once, and revoked again', async () => {
  const { bench, admin, ann, first } = await newSetup();
  await bench.released(admin, revokeSessions, { principalArn: roleArn('R1') });
  assert.equal(await bench.rejected(first), 'CredentialInvalid');
  const next = await bench.assume(ann, 'R1');
  await bench.whoami(await bench.assume(next, 'R2'));
  await bench.released(admin, revokeSessions, { principalArn: roleArn('R1') });
  assert.equal(await bench.rejected(next), 'CredentialInvalid');
  bench.bench.nowMs += 60_000;
  const last = await bench.assume(ann, 'R1');
  await bench.whoami(last);
});

test('revoking the sessions of a user ends its own and those that it got with its credentials', async () => {
  const { bench, admin, ann, second } = await newSetup();
  const own = bench.session(await bench.sts(ann, 'GetSessionToken'));
  const other = await bench.assume(bench.user('bob', allowing('sts:*')), 'R1');
  await bench.released(admin, revokeSessions, { principalArn: userArn('ann') });
  assert.equal(await bench.rejected(own), 'CredentialInvalid');
  assert.equal(await bench.rejected(second), 'CredentialInvalid');
  await bench.whoami(other);
  await bench.whoami(ann);
  await bench.whoami(await bench.assume(ann, 'R1'));
});

test('all sessions are revoked by their place in the record, whatever the clock says', async () => {
  const { bench, admin, ann } = await newSetup();
  bench.bench.nowMs += 600_000;
  const ahead = await bench.assume(ann, 'R1');
  bench.bench.nowMs -= 600_000;
  await bench.released(admin, revokeSessions, { principalArn: roleArn('R1') });
  const next = await bench.assume(ann, 'R1');
  bench.bench.nowMs -= 600_000;
  assert.equal(await bench.rejected(ahead), 'CredentialInvalid');
  await bench.whoami(next);
});

test('RevokeSessions takes a permission on the principal, of its own account', async () => {
  const { bench } = await newSetup();
  const bob = bench.user('bob', allowing('keywitness:RevokeSession'));
  const stranger = bench.user('stranger', allowing('*'), OTHER);
  for (const caller of [bob, stranger]) {
    const { code } = await bench.refused(caller, revokeSessions, { principalArn: roleArn('R1') });
    assert.equal(code, 'AccessDenied');
  }
  const admin = bench.user('boss', allowing('*'));
  assert.equal(
    (await bench.refused(admin, revokeSessions, { principalArn: roleArn('None') })).code,
    'NotFound',
  );
});

test('nothing is told of the principals of other accounts, not even how they are spelled', async () => {
  const { bench, admin } = await newSetup();
  bench.role('Theirs', trusting(home), { account: OTHER, arn: roleArn('path/Theirs', OTHER) });
  for (const name of ['theirs', 'none']) {
    const { code, message } = await bench.refused(admin, revokeSessions, {
      principalArn: roleArn(name, OTHER),
    });
    assert.equal(code, 'AccessDenied');
    assert.ok(message.includes(`on resource: ${roleArn(name, OTHER)} because`), message);
  }
});

test('tokens that were tampered with, of another key or another installation open nothing', async () => {
  const { bench, first, second } = await newSetup();
  const scope = { date: '20270115', region: 'eu-central-1', service: 'kms' };
  const keyOf = (id: string, token: string): unknown => bench.bench.service.signatureKey(id, scope, token);
  const { credentialId, session, sessionToken } = first;
  assert.ok(keyOf(credentialId, sessionToken) !== undefined && session !== undefined);
  assert.equal(keyOf(second.credentialId, sessionToken), undefined);
  const bytes = Buffer.from(sessionToken, 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  assert.equal(keyOf(credentialId, bytes.toString('base64')), undefined);
  const foreign = sealSession(otherKeyring(), otherEntropy, session, 'secret');
  assert.equal(keyOf(credentialId, foreign), undefined);
  assert.equal(keyOf(credentialId, ''), undefined);
});

test('to a signature, a session has ended exactly at its instant', async () => {
  const { bench, first } = await newSetup();
  const scope = { date: '20270115', region: 'eu-central-1', service: 'kms' };
  const { credentialId, expirationMs, sessionToken } = first;
  bench.bench.nowMs = expirationMs - 1;
  assert.notEqual(bench.bench.service.signatureKey(credentialId, scope, sessionToken), 'expired');
  bench.bench.nowMs = expirationMs;
  assert.equal(bench.bench.service.signatureKey(credentialId, scope, sessionToken), 'expired');
});
