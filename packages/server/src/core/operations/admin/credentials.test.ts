import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { Caller } from '../caller.ts';
import { iamOperations } from '../iam/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { Params } from '../params.ts';
import { SharedLedger } from '../shared-ledger.test-fixture.ts';
import {
  createCredential,
  createPrincipal,
  deleteCredential,
  disableCredential,
  enableCredential,
  listCredentials,
  listPrincipals,
} from './index.ts';
import { administrator, allow, itemsOf, newCaller, refusal, released } from './outcomes.test-fixture.ts';

async function newBench(): Promise<{ readonly bench: TestBench; readonly admin: Caller }> {
  const bench = new TestBench(openMemoryStore());
  return { bench, admin: await administrator(bench) };
}

test('the secret is in the answer of the creation and nowhere else', async () => {
  const { bench, admin } = await newBench();
  await released(bench, admin, createPrincipal, { name: 'ann', type: 'service' });
  const created = await released(bench, admin, createCredential, { principalName: 'ann' });
  const accessKeyId = String(created['accessKeyId']);
  const secret = String(created['secretAccessKey']);
  assert.match(accessKeyId, /^AKIA[A-Z2-7]{16}$/);
  assert.match(secret, /^[\w+/]{40}$/);
  const later = [
    await released(bench, admin, listCredentials),
    await released(bench, admin, disableCredential, { accessKeyId }),
    await released(bench, admin, enableCredential, { accessKeyId }),
    await released(bench, admin, deleteCredential, { accessKeyId }),
  ];
  const shown = JSON.stringify(later);
  assert.ok(!shown.includes(secret) && !shown.includes('ecret'));
  const record = bench.entries().join('\n');
  assert.ok(record.includes(accessKeyId));
  assert.ok(!record.includes(secret) && !record.includes('ecretAccessKey') && !record.includes('sealed'));
});

test('a disabled credential is refused from then on, an enabled one accepted, a deleted one gone', async () => {
  const { bench, admin } = await newBench();
  const caller = await newCaller(bench, admin, 'ann', allow('*'));
  const own = { accessKeyId: caller.credentialId };
  await released(bench, admin, disableCredential, own);
  assert.deepEqual(bench.lastEvent().change, { before: { disabled: false }, after: { disabled: true } });
  assert.deepEqual(bench.lastEvent().parameters, {
    accessKeyId: caller.credentialId,
    force: false,
    principal: caller.principalArn,
  });
  assert.equal(await refusal(bench, caller, listPrincipals), 'CredentialInvalid');
  await released(bench, admin, enableCredential, own);
  await released(bench, caller, listPrincipals);
  await released(bench, admin, deleteCredential, own);
  assert.equal(await refusal(bench, caller, listPrincipals), 'CredentialInvalid');
  assert.equal(await refusal(bench, admin, enableCredential, own), 'NotFound');
});

test('nobody takes the credential away that signs the request, unless they insist', async () => {
  const { bench, admin } = await newBench();
  const own = { accessKeyId: admin.credentialId };
  assert.equal(await refusal(bench, admin, disableCredential, own), 'InvalidState');
  assert.equal(await refusal(bench, admin, deleteCredential, own), 'InvalidState');
  await released(bench, admin, deleteCredential, { ...own, force: true });
  assert.equal(await refusal(bench, admin, listCredentials), 'CredentialInvalid');
});

test('without a permission nothing is told or changed, not even whether there is such a credential', async () => {
  const { bench, admin } = await newBench();
  const nobody = await newCaller(bench, admin, 'nobody');
  for (const operation of [listCredentials, disableCredential, enableCredential, deleteCredential]) {
    for (const accessKeyId of [admin.credentialId, 'AKIAUNKNOWNUNKNOWN22']) {
      assert.equal(await refusal(bench, nobody, operation, { accessKeyId }), 'AccessDenied');
      assert.equal(bench.lastEvent().decisions?.at(-1)?.permission, `keywitness:${operation.name}`);
    }
  }
});

test('credentials are listed by id with their owners', async () => {
  const { bench, admin } = await newBench();
  const caller = await newCaller(bench, admin, 'ann');
  const listed = itemsOf(await released(bench, admin, listCredentials), 'credentials');
  const ids = listed.map((item) => item.text('accessKeyId'));
  assert.deepEqual(ids, [admin.credentialId, caller.credentialId].toSorted());
  assert.ok(listed.some((item) => item.text('principalArn') === caller.principalArn));
});

test('however creations overlap, a principal never has more than two credentials', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 6 }), async (seed, count) => {
      const store = openMemoryStore();
      const ledger = new SharedLedger(store, 2, seed, turn);
      const admin = await ledger.administrator();
      await ledger.mustPerform(admin, createPrincipal, { name: 'ann', type: 'user' });
      const attempts = Array.from({ length: count }, (_, position) =>
        ledger.perform(ledger.node(position), admin, createCredential, { principalName: 'ann' }),
      );
      const ended = await ledger.settle(attempts);
      const kinds = ended.map((one) => (one.status === 'fulfilled' ? one.value.kind : 'rejected'));
      assert.deepEqual(kinds.toSorted(), [
        ...Array.from({ length: count - 2 }, () => 'refused'),
        'released',
        'released',
      ]);
    }),
    { numRuns: 30 },
  );
});

test('a credential of another account looks like none, also to policies that speak of tags', async () => {
  const { bench, admin } = await newBench();
  const other = '444455556666';
  bench.addAccount(other);
  const far = bench.addUser('far', undefined, other);
  const tagUser = iamOperations.get('TagUser');
  assert.ok(tagUser !== undefined);
  const tags = [new Params({ key: 'team', value: 'red' })];
  await released(bench, far, tagUser, { tags, userName: 'far' });
  const ofRed = { StringEquals: { 'aws:ResourceTag/team': 'red' } };
  const statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition: ofRed };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const caller = await newCaller(bench, admin, 'ann', policy);
  for (const accessKeyId of [far.credentialId, 'AKIAAAAAAAAAAAAAAAAA']) {
    assert.equal(await refusal(bench, caller, disableCredential, { accessKeyId }), 'AccessDenied');
  }
});
