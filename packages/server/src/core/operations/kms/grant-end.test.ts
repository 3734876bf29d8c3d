import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { type Caller, deleteKey, Params, systemCaller } from '../index.ts';
import { arnOf, place, TestBench } from './service.test-fixture.ts';

const OTHER = '444455556666';
const PLAINTEXT = Buffer.from('plaintext');

function allow(action: string): object {
  return { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: action, Resource: '*' } };
}

interface Setup {
  readonly bench: TestBench;
  readonly ann: Caller;
  readonly bob: Caller;
  readonly keyId: string;
  readonly use: Readonly<Record<string, unknown>>;
}

async function setUp(): Promise<Setup> {
  const bench = new TestBench(openMemoryStore());
  bench.addAccount(OTHER);
  const ann = bench.addUser('ann');
  const bob = bench.addUser('bob', []);
  const keyId = await bench.createKey(ann);
  return { bench, ann, bob, keyId, use: { keyId: arnOf(`key/${keyId}`), plaintext: PLAINTEXT } };
}

async function grant(
  { bench, ann, keyId }: Setup,
  params: object,
): Promise<{ readonly grantId: string; readonly grantToken: string }> {
  const made = await bench.result(ann, 'CreateGrant', { keyId, operations: ['Encrypt'], ...params });
  return { grantId: String(made['grantId']), grantToken: String(made['grantToken']) };
}

test('a revoked grant allows nothing any more, and the record says what it had allowed', async () => {
  const setup = await setUp();
  const { bench, ann, bob, keyId, use } = setup;
  const { grantId } = await grant(setup, { granteePrincipal: bob.principalArn, name: 'n' });
  await bench.result(bob, 'Encrypt', use);
  assert.equal((await bench.refusal(bob, 'RevokeGrant', { keyId, grantId }))[0], 'AccessDenied');
  assert.equal((await bench.refusal(ann, 'RevokeGrant', { keyId, grantId, dryRun: true }))[0], 'DryRun');
  await bench.result(bob, 'Encrypt', use);
  await bench.result(ann, 'RevokeGrant', { keyId, grantId });
  const { action, change, parameters } = bench.lastEvent();
  assert.equal(action, 'grant.revoke');
  assert.deepEqual(parameters, { grantId });
  assert.deepEqual(change, {
    before: { grantId, grantee: bob.principalArn, name: 'n', operations: ['Encrypt'] },
  });
  assert.equal((await bench.refusal(bob, 'Encrypt', use))[0], 'AccessDenied');
  assert.equal((await bench.refusal(ann, 'RevokeGrant', { keyId, grantId }))[0], 'NotFound');
  assert.equal((await bench.refusal(ann, 'RevokeGrant', { keyId, grantId: 'x' }))[0], 'InvalidGrantId');
});

test('grants reach users, roles, single sessions and whole accounts, each as far as it goes', async () => {
  const setup = await setUp();
  const { bench, use } = setup;
  const role = bench.addRole('app', []);
  const { session } = role;
  assert.ok(session !== undefined);
  const otherSession = { ...role, session: { ...session, name: 'rest' } };
  const byRole = await grant(setup, { granteePrincipal: `arn:aws:iam::${place.account}:role/app` });
  await bench.result(role, 'Encrypt', use);
  await bench.result(otherSession, 'Encrypt', use);
  await bench.result(setup.ann, 'RevokeGrant', { keyId: setup.keyId, grantId: byRole.grantId });
  await grant(setup, { granteePrincipal: role.principalArn });
  await bench.result(role, 'Encrypt', use);
  assert.equal((await bench.refusal(otherSession, 'Encrypt', use))[0], 'AccessDenied');
});

test('a grant to another account leaves the rest to that account’s policies', async () => {
  const setup = await setUp();
  const { bench, use } = setup;
  const may = bench.addUser('may', [allow('kms:Encrypt')], OTHER);
  const not = bench.addUser('not', [], OTHER);
  const own = bench.addUser('own', [], OTHER);
  await grant(setup, { granteePrincipal: own.principalArn });
  await bench.result(own, 'Encrypt', use);
  assert.equal((await bench.refusal(may, 'Encrypt', use))[0], 'AccessDenied');
  const { grantId } = await grant(setup, { granteePrincipal: OTHER });
  await bench.result(may, 'Encrypt', use);
  const [decision] = bench.lastEvent().decisions ?? [];
  assert.deepEqual([decision?.policyKind, decision?.grant], ['identity-based', grantId]);
  assert.equal((await bench.refusal(not, 'Encrypt', use))[0], 'AccessDenied');
  await bench.result(setup.ann, 'RevokeGrant', { keyId: setup.keyId, grantId });
  assert.equal((await bench.refusal(may, 'Encrypt', use))[0], 'AccessDenied');
});

test('who comes after a grantee under the same name inherits no grant', async () => {
  const setup = await setUp();
  const { bench, bob, ann, use } = setup;
  const { grantToken } = await grant(setup, {
    granteePrincipal: ann.principalArn,
    retiringPrincipal: bob.principalArn,
  });
  await grant(setup, { granteePrincipal: bob.principalArn });
  await bench.result(bob, 'Encrypt', use);
  const successor = bench.addUser('bob', [], place.account, 'B');
  assert.equal((await bench.refusal(successor, 'Encrypt', use))[0], 'AccessDenied');
  assert.equal((await bench.refusal(successor, 'RetireGrant', { grantToken }))[0], 'AccessDenied');
});

test('a grant is retired by whom it names for that, by a grantee that it lets, and by the key’s account', async () => {
  const setup = await setUp();
  const { bench, ann, bob, keyId } = setup;
  const constraints = new Params({ encryptionContextEquals: { a: '1' } });
  const retirable = {
    granteePrincipal: bob.principalArn,
    operations: ['Encrypt', 'RetireGrant'],
    constraints,
  };
  const delegated = bench.addUser('del', [allow('kms:RetireGrant')]);
  const away = bench.addUser('away', [allow('kms:*')], OTHER);
  const far = bench.addUser('far', [], OTHER);
  const eve = bench.addUser('eve', []);
  const cases: readonly (readonly [Caller, params: object, by: 'grant' | 'identity-based' | undefined])[] = [
    [bob, { granteePrincipal: bob.principalArn }, undefined],
    [bob, retirable, 'grant'],
    [bob, { granteePrincipal: eve.principalArn, retiringPrincipal: bob.principalArn }, 'grant'],
    [eve, retirable, undefined],
    [delegated, retirable, 'identity-based'],
    [away, retirable, undefined],
    [away, { ...retirable, retiringPrincipal: OTHER }, 'identity-based'],
    [far, { ...retirable, retiringPrincipal: OTHER }, undefined],
    [far, { ...retirable, retiringPrincipal: far.principalArn }, 'grant'],
  ];
  for (const [index, [caller, params, by]] of cases.entries()) {
    const { grantId, grantToken } = await grant(setup, params);
    const named = index % 2 === 0 ? { grantToken } : { keyId: arnOf(`key/${keyId}`), grantId };
    if (by === undefined) {
      assert.equal((await bench.refusal(caller, 'RetireGrant', named))[0], 'AccessDenied', `case ${index}`);
    } else {
      assert.equal((await bench.refusal(caller, 'RetireGrant', { ...named, dryRun: true }))[0], 'DryRun');
      await bench.result(caller, 'RetireGrant', named);
      assert.equal(bench.lastEvent().decisions?.[0]?.policyKind, by, `case ${index}`);
      assert.equal(bench.lastEvent().change?.before?.['grantId'], grantId);
      assert.equal((await bench.refusal(ann, 'RetireGrant', named))[0], 'NotFound');
    }
    assert.equal(bench.lastEvent().key?.id, keyId);
    assert.equal(bench.lastEvent().parameters?.['grantId'], grantId);
  }
});

test('what a key policy says about retiring grants has no effect', async () => {
  const setup = await setUp();
  const { bench, ann, bob, keyId } = setup;
  const Statement = ['arn:aws:iam::111122223333:root', bob.principalArn].map((AWS) => ({
    Effect: 'Allow',
    Principal: { AWS },
    Action: 'kms:*',
    Resource: '*',
  }));
  await bench.result(ann, 'PutKeyPolicy', {
    keyId,
    policy: JSON.stringify({ Version: '2012-10-17', Statement }),
  });
  const { grantToken, grantId } = await grant(setup, { granteePrincipal: ann.principalArn });
  assert.equal((await bench.refusal(bob, 'RetireGrant', { grantToken }))[0], 'AccessDenied');
  await bench.result(bob, 'RevokeGrant', { keyId, grantId });
});

test('a grant is named in one way, and a wrong name is told from a wrong permission', async () => {
  const setup = await setUp();
  const { bench, ann, keyId } = setup;
  const { grantToken, grantId } = await grant(setup, { granteePrincipal: ann.principalArn });
  for (const params of [{}, { keyId }, { grantId }, { grantToken, keyId }, { grantToken, keyId, grantId }]) {
    assert.equal((await bench.refusal(ann, 'RetireGrant', params))[0], 'Validation');
  }
  assert.equal((await bench.refusal(ann, 'RetireGrant', { grantToken: 'AAAA' }))[0], 'InvalidGrantToken');
  assert.equal((await bench.refusal(ann, 'RetireGrant', { keyId, grantId: 'x' }))[0], 'InvalidGrantId');
  assert.equal((await bench.refusal(ann, 'RetireGrant', { keyId, grantId: 'f'.repeat(64) }))[0], 'NotFound');
});

test('grants on a key go with it, and work again when its deletion is cancelled', async () => {
  const setup = await setUp();
  const { bench, ann, bob, keyId, use } = setup;
  const { grantToken } = await grant(setup, { granteePrincipal: bob.principalArn });
  await bench.result(ann, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays: 7 });
  assert.equal((await bench.refusal(bob, 'Encrypt', use))[0], 'InvalidState');
  await bench.result(ann, 'CancelKeyDeletion', { keyId });
  await bench.result(ann, 'EnableKey', { keyId });
  await bench.result(bob, 'Encrypt', use);
  await bench.result(ann, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays: 7 });
  bench.nowMs += 8 * 86_400_000;
  await bench.service.perform(deleteKey, bench.request('DeleteKey'), systemCaller, new Params({ keyId }));
  assert.equal(bench.replica.grants.isEmpty, true);
  assert.equal((await bench.refusal(ann, 'RetireGrant', { grantToken }))[0], 'NotFound');
});
