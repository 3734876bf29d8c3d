import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { disableCredential, enableCredential } from '../admin/index.ts';
import type { Caller } from '../caller.ts';
import { kmsOperations } from '../kms/index.ts';
import { place, TestBench } from '../kms/service.test-fixture.ts';
import { RESPONDER_NAME, responderCaller } from '../responder.ts';
import {
  approveRemediation,
  commonFields,
  deletePlaybook,
  disablePlaybook,
  getRemediation,
  putFunction,
  putPlaybook,
  putResponseSettings,
  recordRemediation,
  refuseRemediation,
  runRemediation,
  undoRemediation,
} from './index.ts';
import { RemediationScene } from './remediation.test-fixture.ts';

function newScene(): RemediationScene<TestBench> {
  return new RemediationScene(new TestBench(openMemoryStore()));
}

const HOUR_MS = 3_600_000;
const POLICY_FOR_NOBODY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:user/root' },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
});

function kms(name: string): NonNullable<ReturnType<typeof kmsOperations.get>> {
  const operation = kmsOperations.get(name);
  if (operation === undefined) throw new TypeError(`there is no operation \`${name}\``);
  return operation;
}

function isDisabled({ bench, mallory }: RemediationScene<TestBench>): boolean | undefined {
  return bench.replica.credentials.get(mallory.credentialId)?.disabled;
}

test('a playbook that acts disables the credential in the same commit as its record, as the responder', async () => {
  const scene = newScene();
  await scene.playbook(['disable-credential']);
  const remediationId = await scene.propose(scene.incident());
  assert.equal(scene.record(remediationId).status, 'proposed');
  assert.equal(isDisabled(scene), false);
  const { status, target } = await scene.runByItself(remediationId);
  assert.deepEqual([status, target], ['done', scene.mallory.credentialId]);
  assert.equal(isDisabled(scene), true);
  const { action, actor, change, decisions } = scene.bench.lastEvent();
  assert.equal(action, 'remediation.run');
  assert.deepEqual([actor.type, actor.name], ['service', RESPONDER_NAME]);
  assert.deepEqual(
    decisions?.map(({ permission, statement }) => [permission, statement]),
    [['keywitness:DisableCredential', 'TakeAway']],
  );
  assert.equal(change?.after?.['status'], 'done');
  assert.equal(await scene.outcome(scene.mallory, kms('ListKeys')), 'CredentialInvalid');
});

test('proposing and running again changes nothing', async () => {
  const scene = newScene();
  await scene.playbook(['disable-credential']);
  const incidentId = scene.incident();
  const remediationId = await scene.propose(incidentId);
  await scene.runByItself(remediationId);
  const before = scene.record(remediationId);
  await scene.result(scene.admin, enableCredential, { accessKeyId: scene.mallory.credentialId });
  scene.bench.nowMs += 1000;
  await scene.propose(incidentId);
  await scene.propose(incidentId, { again: true });
  await scene.runByItself(remediationId);
  assert.deepEqual(scene.record(remediationId), before);
  assert.equal(isDisabled(scene), false);
});

test('a playbook that proposes leaves it to people, and so does one that says nothing', async () => {
  const scene = newScene();
  await scene.playbook(['disable-credential'], 'propose');
  const remediationId = await scene.propose(scene.incident());
  const { reason, status } = await scene.runByItself(remediationId);
  assert.deepEqual([status, reason], ['proposed', "the playbook's mode is `propose`"]);
  assert.equal(await scene.outcome(scene.ann, runRemediation, { remediationId }), 'InvalidState');
  await scene.result(scene.ann, approveRemediation, { remediationId });
  assert.equal(scene.record(remediationId).status, 'approved');
  assert.equal(isDisabled(scene), false);
  assert.equal((await scene.runByItself(remediationId)).status, 'done');
  assert.equal(isDisabled(scene), true);
});

test('a dry run says what would come of it, and does nothing', async () => {
  const scene = newScene();
  await scene.playbook(['disable-credential'], 'dry-run');
  const remediationId = await scene.propose(scene.incident());
  const { reason, status } = await scene.runByItself(remediationId);
  assert.deepEqual([status, reason], ['dry-run', 'it would be done']);
  assert.equal(isDisabled(scene), false);
  const other = await scene.propose(scene.incident({ id: 'inc-b', level: 'critical' }));
  assert.equal(scene.record(other).reason, 'it would wait: two people must approve at level `critical`');
});

test('what is protected is touched by nothing, whoever approves, also when it is protected meanwhile', async () => {
  const scene = newScene();
  await scene.playbook(['disable-credential']);
  const early = await scene.propose(scene.incident());
  await scene.settings({ protectedArns: [scene.mallory.principalArn] });
  assert.equal((await scene.runByItself(early)).status, 'refused');
  const late = await scene.propose(scene.incident({ id: 'inc-b' }));
  assert.equal(scene.record(late).status, 'refused');
  assert.equal(await scene.outcome(scene.ann, approveRemediation, { remediationId: late }), 'InvalidState');
  assert.equal(isDisabled(scene), false);
  await scene.settings({ protectedArns: [] });
  const next = await scene.propose(scene.incident({ id: 'inc-c', ruleName: 'denied-burst' }));
  await scene.settings({ paused: true });
  await scene.result(scene.ann, approveRemediation, { remediationId: next });
  await scene.settings({ protectedArns: [scene.mallory.principalArn] });
  assert.equal((await scene.runByItself(next)).status, 'refused');
  assert.equal(isDisabled(scene), false);
});

test('nothing is taken for protected that no step could be about', async () => {
  const scene = newScene();
  const arns = [
    'arn:aws:kms:us-east-1:111122223333:alias/orders',
    'arn:aws:kms:us-east-1:111122223333:key/',
    'arn:aws:iam::111122223333:group/ops',
    'arn:aws:iam::111122223333:policy/ops',
    'arn:aws:s3:::bucket',
  ];
  for (const arn of arns) {
    const put = scene.outcome(scene.admin, putResponseSettings, { protectedArns: [arn] });
    assert.equal(await put, 'InvalidArn', arn);
  }
  await scene.settings({
    protectedArns: [
      'arn:aws:kms:us-east-1:111122223333:key/11111111-1111-4111-8111-111111111111',
      'arn:aws:iam::111122223333:role/team/app',
      'arn:aws:sts::111122223333:assumed-role/app/session',
      'arn:aws:iam::111122223333:root',
    ],
  });
});

test('a region of a function is a region, and leads nowhere else', async () => {
  const scene = newScene();
  const put = {
    functionName: 'f',
    type: 'aws-lambda',
    settings: { region: 'evil.example/', functionName: 'f', accessKeyId: 'AKIAEXAMPLE' },
    secrets: { secretAccessKey: 's' },
  };
  assert.equal(await scene.outcome(scene.admin, putFunction, put), 'Validation');
  await scene.result(scene.admin, putFunction, {
    ...put,
    settings: { ...put.settings, region: 'us-gov-west-1' },
  });
});

test('whoever breaks the glass and whoever administers an account is protected without being listed', async () => {
  for (const name of ['admin', 'ADMIN']) {
    const scene = newScene();
    const glass = scene.bench.addUser(name);
    await scene.playbook(['quarantine-principal']);
    const evidence = { 'actor.arn': 'arn:aws:iam::111122223333:user/admin' };
    scene.bench.put('principal:arn:aws:iam::111122223333:user/admin', {
      ...scene.bench.replica.principals.get(glass.principalArn)?.record,
    });
    const remediationId = await scene.propose(scene.incident(), { evidence });
    assert.equal(scene.record(remediationId).status, 'refused', name);
  }
  const scene = newScene();
  scene.bench.addRole('AccountAdministrator', [], '444455556666');
  scene.bench.put('principal:arn:aws:iam::444455556666:role/accountadministrator', {
    ...scene.bench.replica.principals.get('arn:aws:iam::444455556666:role/AccountAdministrator')?.record,
  });
  await scene.playbook(['quarantine-principal']);
  const remediationId = await scene.propose(scene.incident(), {
    evidence: { 'actor.arn': 'arn:aws:sts::444455556666:assumed-role/AccountAdministrator/x' },
  });
  assert.equal(scene.record(remediationId).status, 'refused');
});

test('no more steps run by themselves within an hour than the cap says; the others wait for people', async () => {
  const scene = newScene();
  await scene.playbook(['revoke-sessions']);
  await scene.settings({ stepsPerHourMax: 2 });
  const statuses: string[] = [];
  for (const id of ['inc-a', 'inc-b', 'inc-c']) {
    const { status } = await scene.runByItself(await scene.propose(scene.incident({ id })));
    statuses.push(status);
  }
  assert.deepEqual(statuses, ['done', 'done', 'proposed']);
  scene.bench.nowMs += HOUR_MS;
  const later = await scene.runByItself(await scene.propose('inc-c'));
  assert.equal(later.status, 'done');
});

test('while remediation is paused nothing runs by itself', async () => {
  const scene = newScene();
  await scene.playbook(['revoke-sessions']);
  await scene.settings({ paused: true });
  const remediationId = await scene.propose(scene.incident());
  assert.equal((await scene.runByItself(remediationId)).reason, 'remediation is paused');
  await scene.settings({ paused: false });
  assert.equal((await scene.runByItself(remediationId)).status, 'done');
});

test('nothing runs by itself for an incident that is over, nor for a playbook that is disabled or deleted', async () => {
  const scene = newScene();
  await scene.playbook(['revoke-sessions']);
  const remediationId = await scene.propose(scene.incident());
  scene.incident({ status: 'resolved' });
  assert.equal((await scene.runByItself(remediationId)).reason, 'the incident is not open');
  scene.incident();
  await scene.result(scene.admin, disablePlaybook, { playbookName: 'contain' });
  assert.equal((await scene.runByItself(remediationId)).reason, 'the playbook is disabled or deleted');
  await scene.result(scene.admin, deletePlaybook, { playbookName: 'contain' });
  assert.equal((await scene.runByItself(remediationId)).status, 'proposed');
});

test('from the two-person level on two different people must approve, in whatever sessions', async () => {
  const scene = newScene();
  await scene.playbook(['disable-credential']);
  const remediationId = await scene.propose(scene.incident({ level: 'critical' }));
  assert.equal((await scene.runByItself(remediationId)).status, 'proposed');
  const { ann, bob, bench } = scene;
  await scene.result(ann, approveRemediation, { remediationId });
  assert.equal((await scene.runByItself(remediationId)).status, 'proposed');
  assert.equal(await scene.outcome(ann, approveRemediation, { remediationId }), 'InvalidState');
  const uniqueId = bench.replica.principals.get(ann.principalArn)?.record.uniqueId ?? '';
  const role = bench.addRole('responder');
  const annAsRole = inSessionOf(role, ann, uniqueId);
  assert.equal(await scene.outcome(annAsRole, approveRemediation, { remediationId }), 'InvalidState');
  await scene.result(bob, approveRemediation, { remediationId });
  assert.deepEqual(
    scene.record(remediationId).approvals.map(({ arn }) => arn),
    [ann.principalArn, bob.principalArn],
  );
  assert.equal((await scene.runByItself(remediationId)).status, 'done');
});

/** A session of a role that somebody got with their own access key. */
function inSessionOf(role: Caller, holder: Caller, principalUniqueId: string): Caller {
  if (role.session === undefined) throw new TypeError('this is no session');
  const parent = {
    arn: holder.principalArn,
    kind: 'credential',
    id: holder.credentialId,
    principalArn: holder.principalArn,
    principalUniqueId,
    revision: 0,
  } as const;
  return { ...role, session: { ...role.session, parents: [parent] } };
}

test('nobody decides about what is done about themselves, also not by another role', async () => {
  const scene = newScene();
  await scene.playbook(['revoke-sessions'], 'propose');
  const remediationId = await scene.propose(scene.incident());
  const { ann, bench, mallory } = scene;
  const uniqueId = bench.replica.principals.get(mallory.principalArn)?.record.uniqueId ?? '';
  const other = inSessionOf(bench.addRole('responder'), mallory, uniqueId);
  for (const caller of [mallory, other]) {
    for (const operation of [approveRemediation, refuseRemediation]) {
      assert.equal(await scene.outcome(caller, operation, { remediationId }), 'InvalidState');
    }
  }
  await scene.result(ann, approveRemediation, { remediationId });
  assert.equal(await scene.outcome(mallory, runRemediation, { remediationId }), 'InvalidState');
  assert.equal(await scene.outcome(ann, runRemediation, { remediationId }), 'released');
});

test('whoever misused a role decides nothing about what is done to it, as themselves or in another role', async () => {
  const scene = newScene();
  const { ann, bench, mallory } = scene;
  await scene.playbook(['revoke-sessions'], 'propose');
  const uniqueId = bench.replica.principals.get(mallory.principalArn)?.record.uniqueId ?? '';
  const federation = {
    audience: 'kms',
    issuer: 'https://login.example',
    provider: 'arn:aws:iam::111122223333:oidc-provider/login.example',
    subject: 'eve',
  };
  const federated = (role: Caller): Caller => {
    if (role.session === undefined) throw new TypeError('this is no session');
    return { ...role, session: { ...role.session, federation } };
  };
  const app = bench.addRole('app');
  const misuses = [
    { misuser: inSessionOf(app, mallory, uniqueId), decider: mallory },
    { misuser: federated(app), decider: federated(bench.addRole('responder')) },
  ];
  for (const [number, { decider, misuser }] of misuses.entries()) {
    await scene.perform(misuser, kms('ListKeys'));
    const evidence = commonFields([bench.lastEvent()]);
    const remediationId = await scene.propose(scene.incident({ id: `inc-${number}` }), { evidence });
    assert.equal(scene.record(remediationId).status, 'proposed');
    assert.equal(await scene.outcome(decider, approveRemediation, { remediationId }), 'InvalidState');
    assert.equal(await scene.outcome(ann, approveRemediation, { remediationId }), 'released');
  }
});

test('a step that was refused is not run, and one that was done is not refused', async () => {
  const scene = newScene();
  await scene.playbook(['disable-credential']);
  const remediationId = await scene.propose(scene.incident());
  await scene.result(scene.ann, refuseRemediation, { remediationId, reason: 'a test of ours' });
  assert.equal(scene.record(remediationId).reason, 'a test of ours');
  assert.equal((await scene.runByItself(remediationId)).status, 'refused');
  assert.equal(isDisabled(scene), false);
  const done = await scene.propose(scene.incident({ id: 'inc-b' }));
  await scene.runByItself(done);
  assert.equal(await scene.outcome(scene.ann, refuseRemediation, { remediationId: done }), 'InvalidState');
});

test('undoing restores what was taken exactly, for every action that can be undone', async () => {
  const scene = newScene();
  const { admin, ann, bench, mallory } = scene;
  const keyId = await bench.createKey(admin);
  const { grantId } = await bench.result(admin, 'CreateGrant', {
    keyId,
    granteePrincipal: mallory.principalArn,
    operations: ['Encrypt'],
    name: 'for a job',
  });
  const evidence = {
    'actor.arn': mallory.principalArn,
    'actor.credentialId': mallory.credentialId,
    'key.id': keyId,
    grant: String(grantId),
  };
  const state = (): unknown => ({
    credential: bench.replica.credentials.get(mallory.credentialId),
    grant: bench.replica.grants.get(`${keyId}/${String(grantId)}`)?.record,
    key: bench.replica.keys.get(keyId)?.record,
    principal: bench.replica.principals.get(mallory.principalArn)?.record,
    quarantines: [...bench.replica.quarantines],
  });
  const before = JSON.stringify(state());
  const actions = [
    'disable-credential',
    'quarantine-principal',
    'require-approval',
    'disable-key',
    'revoke-grant',
  ] as const;
  await scene.playbook(actions);
  const incidentId = scene.incident();
  for (const [step, action] of actions.entries()) {
    const remediationId = await scene.propose(incidentId, { evidence, step });
    assert.equal((await scene.runByItself(remediationId)).status, 'done', action);
    assert.notEqual(JSON.stringify(state()), before, action);
    await scene.result(ann, undoRemediation, { remediationId });
    assert.equal(scene.record(remediationId).reason, undefined, action);
    assert.equal(JSON.stringify(state()), before, action);
    assert.equal(await scene.outcome(ann, undoRemediation, { remediationId }), 'InvalidState');
  }
});

test('the key of a step is the one of its Region, whatever keys of its id there are', async () => {
  const regions = [place.region, 'eu-west-1'];
  const bench = new TestBench(openMemoryStore(), { place: { ...place, regions } });
  const scene = new RemediationScene(bench);
  const keyId = await bench.createKey(scene.admin, { multiRegion: true });
  await bench.result(scene.admin, 'ReplicateKey', { keyId, replicaRegion: 'eu-west-1' });
  const arn = bench.replica.keys.get(`${keyId}@eu-west-1`)?.record.arn;
  assert.ok(arn !== undefined);
  await scene.playbook(['disable-key']);
  const evidence = { 'key.arn': arn, 'key.id': keyId };
  const remediationId = await scene.propose(scene.incident(), { evidence });
  assert.equal((await scene.runByItself(remediationId)).status, 'done');
  assert.equal(bench.replica.keys.get(`${keyId}@eu-west-1`)?.record.enabled, false);
  assert.equal(bench.replica.keys.get(keyId)?.record.enabled, true);
});

test('undoing leaves alone what somebody changed since', async () => {
  const scene = newScene();
  await scene.playbook(['disable-credential']);
  const remediationId = await scene.propose(scene.incident());
  await scene.runByItself(remediationId);
  // Somebody makes sure that it stays disabled, whatever becomes of the remediation.
  await scene.result(scene.admin, disableCredential, { accessKeyId: scene.mallory.credentialId });
  await scene.result(scene.ann, undoRemediation, { remediationId });
  assert.equal(isDisabled(scene), true);
  assert.match(scene.record(remediationId).reason ?? '', /somebody changed it since/);
});

test('what was as wanted already is left alone by the step and by its undoing', async () => {
  const scene = newScene();
  await scene.playbook(['disable-credential']);
  await scene.result(scene.admin, disableCredential, { accessKeyId: scene.mallory.credentialId });
  const remediationId = await scene.propose(scene.incident());
  assert.equal((await scene.runByItself(remediationId)).nothingDone, true);
  await scene.result(scene.ann, undoRemediation, { remediationId });
  assert.equal(isDisabled(scene), true);
});

test('one quarantine does not end with another, and ended sessions are not given back', async () => {
  const scene = newScene();
  await scene.playbook(['quarantine-principal', 'revoke-sessions']);
  const first = await scene.propose(scene.incident());
  const second = await scene.propose(scene.incident({ id: 'inc-b' }));
  await scene.runByItself(first);
  await scene.runByItself(second);
  await scene.result(scene.ann, undoRemediation, { remediationId: first });
  assert.equal(await scene.outcome(scene.mallory, kms('ListKeys')), 'AccessDenied');
  await scene.result(scene.ann, undoRemediation, { remediationId: second });
  assert.equal(await scene.outcome(scene.mallory, kms('ListKeys')), 'released');
  const sessions = await scene.propose('inc-a', { step: 1 });
  await scene.runByItself(sessions);
  assert.equal(await scene.outcome(scene.ann, undoRemediation, { remediationId: sessions }), 'InvalidState');
});

test('a step ends by itself when its time is over, not before', async () => {
  const scene = newScene();
  await scene.playbook(['disable-credential'], 'act', { durationSeconds: 3600 });
  const remediationId = await scene.propose(scene.incident());
  await scene.runByItself(remediationId);
  scene.bench.nowMs += HOUR_MS - 1;
  assert.equal((await scene.expire(remediationId)).kind, 'refused');
  scene.bench.nowMs += 1;
  assert.equal((await scene.expire(remediationId)).kind, 'released');
  assert.equal(scene.record(remediationId).status, 'expired');
  assert.equal(isDisabled(scene), false);
  const again = await scene.propose('inc-a', { again: true });
  assert.equal(again, remediationId);
  assert.equal((await scene.runByItself(again)).status, 'done');
  assert.equal(isDisabled(scene), true);
});

test('a step that policy does not let the responder take fails, on the record, and may be approved and tried again', async () => {
  const scene = newScene();
  const { admin, ann, bench } = scene;
  const keyId = await bench.createKey(admin);
  await bench.result(admin, 'PutKeyPolicy', { keyId, policy: POLICY_FOR_NOBODY });
  await scene.playbook(['disable-key']);
  const remediationId = await scene.propose(scene.incident(), { evidence: { 'key.id': keyId } });
  const failed = await scene.runByItself(remediationId);
  assert.equal(failed.status, 'failed');
  assert.match(failed.reason ?? '', /is not authorized to perform: kms:DisableKey/);
  assert.equal(bench.lastEvent().decisions?.[0]?.effect, 'implicit-deny');
  assert.equal(bench.replica.keys.get(keyId)?.record.enabled, true);
  await scene.result(ann, approveRemediation, { remediationId });
  assert.equal(scene.record(remediationId).status, 'approved');
});

test('a step reaches other accounts, whose guardrails have a say, also when its time is over', async () => {
  const scene = newScene();
  const { bench } = scene;
  const account = '444455556666';
  const guardrails = (...actions: readonly string[]): readonly object[] => {
    const statement = { Effect: 'Deny', Action: actions, Resource: '*' };
    const all = { Effect: 'Allow', Action: '*', Resource: '*' };
    const document = JSON.stringify({ Version: '2012-10-17', Statement: [all, statement] });
    return [{ name: 'g', document }];
  };
  const limit = (...actions: readonly string[]): void =>
    bench.put(`account:${account}`, {
      id: account,
      name: 'other',
      createdAtMs: 0,
      guardrails: actions.length === 0 ? [] : guardrails(...actions),
    });
  limit('keywitness:DisableCredential');
  const eve = bench.addUser('eve', undefined, account);
  const evidence = { 'actor.arn': eve.principalArn, 'actor.credentialId': eve.credentialId };
  await scene.playbook(['disable-credential'], 'act', { durationSeconds: 60 });
  const failed = await scene.runByItself(await scene.propose(scene.incident(), { evidence }));
  assert.match(failed.reason ?? '', /with an explicit deny in a service control policy/);
  limit();
  const id = await scene.propose(scene.incident({ id: 'inc-b' }), { evidence });
  assert.equal((await scene.runByItself(id)).status, 'done');
  assert.equal(bench.replica.credentials.get(eve.credentialId)?.disabled, true);
  limit('keywitness:UndoRemediation');
  bench.nowMs += 60_000;
  assert.equal((await scene.expire(id)).kind, 'released');
  assert.match(scene.record(id).reason ?? '', /could not be taken back/);
  assert.equal(bench.lastEvent().decisions?.[0]?.effect, 'explicit-deny');
  assert.equal((await scene.expire(id)).kind, 'refused', 'it is not due again yet');
  limit();
  bench.nowMs += HOUR_MS;
  assert.equal((await scene.expire(id)).kind, 'released');
  assert.equal(bench.replica.credentials.get(eve.credentialId)?.disabled, false);
});

test('nobody of an account that does not own the record configures or decides anything', async () => {
  const scene = newScene();
  scene.bench.addAccount('444455556666');
  const eve = scene.bench.addUser('eve', undefined, '444455556666');
  await scene.playbook(['disable-credential'], 'propose');
  const remediationId = await scene.propose(scene.incident());
  const playbookName = 'contain';
  for (const [operation, params] of [
    [putPlaybook, { playbookName, rules: ['r'], steps: [], mode: 'act' }],
    [deletePlaybook, { playbookName }],
    [putResponseSettings, { paused: true }],
    [approveRemediation, { remediationId }],
    [refuseRemediation, { remediationId }],
    [getRemediation, { remediationId }],
  ] as const) {
    assert.equal(await scene.outcome(eve, operation, params), 'AccessDenied', operation.name);
  }
});

test('the responder uses no key and lets nobody use one', async () => {
  const scene = newScene();
  const keyId = await scene.bench.createKey(scene.admin);
  for (const name of [
    'Encrypt',
    'Decrypt',
    'GenerateDataKey',
    'CreateGrant',
    'EnableKey',
    'ScheduleKeyDeletion',
  ]) {
    const params = {
      keyId,
      plaintext: new Uint8Array(1),
      ciphertextBlob: new Uint8Array(100),
      granteePrincipal: scene.mallory.principalArn,
      operations: ['Decrypt'],
    };
    const outcome = await scene.outcome(responderCaller, kms(name), params);
    assert.notEqual(outcome, 'released', name);
    if (name !== 'Decrypt') assert.equal(outcome, 'AccessDenied', name);
  }
  assert.equal(
    await scene.outcome(responderCaller, enableCredential, { accessKeyId: scene.mallory.credentialId }),
    'AccessDenied',
  );
});

test('a target is read from what all of the evidence says, and from nothing that was only claimed', async () => {
  const scene = newScene();
  await scene.playbook(['disable-credential', 'quarantine-principal', 'disable-key', 'revoke-grant']);
  const entity = { 'actor.credentialId': scene.mallory.credentialId };
  const incidentId = scene.incident({ entity });
  for (const [step, reason] of [
    [0, /names one thing to disable-credential/],
    [1, /names one thing to quarantine-principal/],
    [2, /names one thing to disable-key/],
    [3, /names one thing to revoke-grant/],
  ] as const) {
    const remediationId = await scene.propose(incidentId, { step, evidence: {} });
    assert.equal(scene.record(remediationId).status, 'failed');
    assert.match(scene.record(remediationId).reason ?? '', reason);
  }
  const session = await scene.propose(scene.incident({ id: 'inc-b' }), {
    evidence: { 'actor.credentialId': 'ASIASESSION' },
  });
  assert.match(scene.record(session).reason ?? '', /is no long-lived credential/);
});

test('evidence of several sessions of one role is about the role', async () => {
  const scene = newScene();
  const { bench } = scene;
  await scene.playbook(['quarantine-principal']);
  const app = bench.addRole('app');
  const events = [];
  for (const name of ['s1', 's2']) {
    if (app.session === undefined) throw new TypeError('this is no session');
    await scene.perform({ ...app, session: { ...app.session, name } }, kms('ListKeys'));
    events.push(bench.lastEvent());
  }
  assert.notEqual(events[0]?.actor.arn, events[1]?.actor.arn);
  const id = await scene.propose(scene.incident(), { evidence: commonFields(events) });
  assert.equal(scene.record(id).target, 'arn:aws:iam::111122223333:role/app');
});

test('a function is called after its record says so, and what came of it is recorded once', async () => {
  const scene = newScene();
  await scene.result(scene.admin, putFunction, {
    functionName: 'tell-network',
    type: 'webhook',
    settings: { url: 'https://hooks.example/' },
    secrets: { secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` },
  });
  assert.doesNotMatch(scene.bench.entries().join(), /whsec_|BwcHBw/, 'no secret is recorded');
  await scene.playbook(['call-function'], 'act', { functionName: 'tell-network' });
  const remediationId = await scene.propose(scene.incident());
  assert.equal((await scene.runByItself(remediationId)).status, 'calling');
  const outcome = { remediationId, succeeded: true, outcome: 'it answered `200`' };
  await scene.result(responderCaller, recordRemediation, outcome);
  await scene.result(responderCaller, recordRemediation, { ...outcome, succeeded: false });
  assert.equal(scene.record(remediationId).status, 'done');
  assert.equal(
    await scene.outcome(scene.ann, undoRemediation, { remediationId }),
    'InvalidState',
    'a call cannot be taken back',
  );
});

test('secrets that were kept go to no other place than they were given for', async () => {
  const scene = newScene();
  const types = [
    { type: 'azure-function', secrets: { key: 'k1' }, settings: { url: 'https://a.example/f' } },
    {
      type: 'webhook',
      secrets: { secret: `whsec_${Buffer.alloc(32).toString('base64')}` },
      settings: { url: 'https://a.example/f' },
    },
    {
      type: 'aws-lambda',
      secrets: { secretAccessKey: 's1' },
      settings: {
        region: 'eu-west-1',
        functionName: 'f',
        accessKeyId: 'AKIAEXAMPLE',
        endpoint: 'https://a.example',
      },
    },
  ];
  for (const { secrets, settings, type } of types) {
    const put = { functionName: type, type };
    await scene.result(scene.admin, putFunction, { ...put, settings, secrets });
    await scene.result(scene.admin, putFunction, { ...put, settings });
    const where =
      'url' in settings ? { url: 'https://evil.example/f' } : { endpoint: 'https://evil.example' };
    const moved = { ...put, settings: { ...settings, ...where } };
    assert.equal(await scene.outcome(scene.admin, putFunction, moved), 'Validation', type);
    await scene.result(scene.admin, putFunction, { ...moved, secrets });
  }
});

test('what was proposed about somebody is not done to whoever has the name after them', async () => {
  const scene = newScene();
  await scene.playbook(['quarantine-principal'], 'propose');
  const approved = await scene.propose(scene.incident());
  const proposed = await scene.propose(scene.incident({ id: 'inc-b' }));
  await scene.result(scene.ann, approveRemediation, { remediationId: approved });
  const { principals } = scene.bench.replica;
  const record = principals.get(scene.mallory.principalArn)?.record;
  assert.ok(record !== undefined);
  scene.bench.put(`principal:${scene.mallory.principalArn}`, { ...record, uniqueId: 'AIDASOMEBODYELSE' });
  assert.equal(
    await scene.outcome(scene.ann, approveRemediation, { remediationId: proposed }),
    'InvalidState',
  );
  assert.equal((await scene.runByItself(approved)).status, 'failed');
  assert.equal(scene.bench.replica.quarantines.size, 0);
});
