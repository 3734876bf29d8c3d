import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { keyConsequencesSchema, principalConsequencesSchema } from '@keywitness/api';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { AdminBench, type BenchCaller } from './admin-bench.test-fixture.ts';
import { kms, newKey, newUser, read } from './overview.test-fixture.ts';

const DAY_MS = 86_400_000;

async function newScene(): Promise<{ readonly bench: AdminBench; readonly admin: BenchCaller }> {
  const bench = new AdminBench(openMemoryStore());
  return { bench, admin: await bench.administrator() };
}

function arnOf(keyId: string): string {
  return `arn:aws:kms:us-east-1:111122223333:key/${keyId}`;
}

async function use(bench: AdminBench, caller: BenchCaller, keyId: string, customer: string): Promise<void> {
  const params = { keyId, plaintext: new Uint8Array(3), encryptionContext: { customer } };
  await kms(bench, caller, 'Encrypt', params);
}

describe('consequences of disabling or deleting a key', () => {
  test('are who used it in the window, and what stands on it', async () => {
    const { bench, admin } = await newScene();
    const keyId = await newKey(bench, admin);
    const other = await newKey(bench, admin);
    const ann = await newUser(bench, admin, 'ann', ['kms:Encrypt']);
    await kms(bench, admin, 'CreateAlias', { aliasName: 'alias/pay', targetKeyId: keyId });
    const grant = { keyId, granteePrincipal: ann.arn, operations: ['Decrypt'] };
    await kms(bench, admin, 'CreateGrant', grant);
    await use(bench, admin, keyId, '1');
    await use(bench, ann, keyId, '1');
    await use(bench, ann, keyId, '2');
    const usedAt = bench.lastEvent().time;
    await use(bench, ann, other, '3');
    const told = await read(bench, `/v1/keys/${keyId}/consequences`, admin, keyConsequencesSchema);
    assert.equal(bench.lastEvent().action, 'key.read-consequences');
    assert.equal(bench.lastEvent().key?.arn, arnOf(keyId));
    assert.deepEqual([told.arn, told.state, told.days, told.uses], [arnOf(keyId), 'Enabled', 90, 3]);
    assert.deepEqual([told.lastUsedAt, told.assetCount, told.isComplete], [usedAt, 2, true]);
    assert.deepEqual(
      told.principals.map(({ count, principal }) => [principal, count]),
      [
        [ann.arn, 2],
        [admin.arn, 1],
      ],
    );
    assert.deepEqual(told.aliases, ['alias/pay']);
    assert.deepEqual(
      [told.grantCount, told.grants[0]?.grantee, told.grants[0]?.operations],
      [1, ann.arn, ['Decrypt']],
    );
    const byArn = `/v1/keys/${encodeURIComponent(arnOf(keyId))}/consequences?days=7`;
    bench.aheadMs = 10 * DAY_MS;
    const week = await read(bench, byArn, admin, keyConsequencesSchema);
    assert.deepEqual([week.days, week.uses, week.principals, week.lastUsedAt], [7, 0, [], usedAt]);
  });

  test('are for those who may read the record', async () => {
    const { bench, admin } = await newScene();
    const keyId = await newKey(bench, admin);
    const ann = await newUser(bench, admin, 'ann', ['kms:*', 'keywitness:List*']);
    assert.equal((await bench.call('GET', `/v1/keys/${keyId}/consequences`, ann)).code(), 'AccessDenied');
    assert.equal((await bench.call('GET', '/v1/principals/ann/consequences', ann)).code(), 'AccessDenied');
    assert.equal((await bench.call('GET', '/v1/keys/none/consequences', admin)).code(), 'NotFound');
    assert.equal((await bench.call('GET', '/v1/principals/bob/consequences', admin)).code(), 'NotFound');
  });
});

describe('consequences of disabling a principal', () => {
  test('are what it used, its sessions and grants, and the keys that it alone administers', async () => {
    const { bench, admin } = await newScene();
    const ann = await newUser(bench, admin, 'ann', ['kms:Encrypt', 'kms:CreateKey']);
    const shared = await newKey(bench, admin);
    const Principal = { AWS: ann.arn };
    const Statement = [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }];
    const policy = JSON.stringify({ Version: '2012-10-17', Statement });
    const own = await newKey(bench, ann, { policy, bypassPolicyLockoutSafetyCheck: true });
    await kms(bench, admin, 'CreateGrant', {
      keyId: shared,
      granteePrincipal: ann.arn,
      operations: ['Decrypt'],
    });
    await use(bench, ann, shared, '1');
    await use(bench, ann, shared, '2');
    const sessions = await Promise.all([1, 2].map(() => bench.call('POST', '/v1/sessions', ann)));
    const ids = sessions.map((answer) => /"accessKeyId":"(\w+)"/.exec(answer.text())?.[1] ?? '');
    await bench.call('POST', `/v1/sessions/${String(ids[0])}/revoke`, admin);
    const path = '/v1/principals/ann/consequences';
    const told = await read(bench, path, admin, principalConsequencesSchema);
    assert.equal(bench.lastEvent().action, 'principal.read-consequences');
    assert.deepEqual([told.arn, told.disabled, told.isComplete], [ann.arn, false, true]);
    assert.deepEqual(
      told.keys.map(({ arn, count }) => [arn, count]),
      [[arnOf(shared), 2]],
    );
    assert.deepEqual(
      told.sessions.map(({ accessKeyId }) => accessKeyId),
      ids.slice(1),
    );
    assert.deepEqual(told.credentials, [{ accessKeyId: ann.accessKeyId, disabled: false }]);
    assert.deepEqual([told.grantCount, told.grants[0]?.keyArn], [1, arnOf(shared)]);
    assert.deepEqual([told.lastAdministratorOf, told.administratorsComplete], [[arnOf(own)], true]);
    await bench.call('POST', '/v1/sessions/revoke', admin, { principalArn: ann.arn });
    assert.deepEqual((await read(bench, path, admin, principalConsequencesSchema)).sessions, []);
    const admins = '/v1/principals/admin/consequences';
    const ofAdmin = await read(bench, admins, admin, principalConsequencesSchema);
    assert.deepEqual(ofAdmin.lastAdministratorOf, [arnOf(shared)]);
    await newUser(bench, admin, 'bob', ['kms:PutKeyPolicy']);
    const shares = await read(bench, admins, admin, principalConsequencesSchema);
    assert.deepEqual(shares.lastAdministratorOf, []);
  });
});
