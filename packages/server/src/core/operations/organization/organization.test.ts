import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { listPrincipals } from '../admin/index.ts';
import type { Caller } from '../caller.ts';
import { Params, type Result } from '../params.ts';
import { allowing, HOME, OTHER, policyOf, roleArn, StsBench } from '../sts/sts.test-fixture.ts';
import {
  createAccount,
  deleteGuardrail,
  getAccount,
  getOrganization,
  listAccounts,
  putGuardrail,
  renameAccount,
  setAuditAccount,
} from './index.ts';

function newStsBench(): StsBench {
  const store = openMemoryStore();
  return new StsBench(store, new TestBench(store));
}

async function newBench(): Promise<{ readonly bench: StsBench; readonly admin: Caller }> {
  const bench = newStsBench();
  return { bench, admin: await bench.administrator() };
}

function accountIds(result: Result): readonly string[] {
  const { accounts } = result;
  if (!Array.isArray(accounts)) throw new TypeError('the result has no accounts');
  return accounts.map((account: object) => new Params({ ...account }).text('accountId'));
}

test('a new account has a role through which principals of the management account administer it', async () => {
  const { bench, admin } = await newBench();
  const created = await bench.released(admin, createAccount, { name: 'production' });
  const id = String(created['accountId']);
  assert.match(id, /^[1-9][0-9]{11}$/);
  const role = roleArn('AccountAdministrator', id);
  assert.equal(created['administratorRoleArn'], role);
  const { change, action } = bench.bench.lastEvent();
  assert.equal(action, 'account.create');
  assert.equal(change?.after?.['account'], id);
  assert.match(JSON.stringify(change), /"trustPolicySha256":"[0-9a-f]{64}"/);
  const session = await bench.assume(admin, role, { sourceIdentity: 'admin' });
  assert.deepEqual((await bench.released(session, listPrincipals))['principals'], []);
  assert.equal((await bench.refusedRole(bench.user('ann'), role)).code, 'AccessDenied');
  const stranger = bench.user('stranger', allowing('*'), OTHER);
  assert.equal((await bench.refusedRole(stranger, role)).code, 'AccessDenied');
});

test('an account can be given its number; number and name are taken once', async () => {
  const { bench, admin } = await newBench();
  const params = { name: 'production', accountId: '777788889999' };
  await bench.released(admin, createAccount, params);
  assert.deepEqual(accountIds(await bench.released(admin, listAccounts)), [HOME, OTHER, '777788889999']);
  const again = async (more: object): Promise<string> =>
    (await bench.refused(admin, createAccount, { ...params, ...more })).code;
  assert.equal(await again({ name: 'tooling' }), 'AlreadyExists');
  assert.equal(await again({ name: 'PRODUCTION', accountId: '777788889990' }), 'AlreadyExists');
  assert.equal(await again({ name: 'other', accountId: '777788889990' }), 'AlreadyExists');
});

test('an account is renamed, but not to the name of another', async () => {
  const { bench, admin } = await newBench();
  await bench.released(admin, renameAccount, { accountId: OTHER, name: 'Other' });
  await bench.released(admin, renameAccount, { accountId: OTHER, name: 'tooling' });
  assert.deepEqual(bench.bench.lastEvent().change, { before: { name: 'Other' }, after: { name: 'tooling' } });
  const taken = { accountId: OTHER, name: 'management' };
  assert.equal((await bench.refused(admin, renameAccount, taken)).code, 'AlreadyExists');
  const none = { accountId: '999999999999', name: 'x' };
  assert.equal((await bench.refused(admin, renameAccount, none)).code, 'NotFound');
});

test('what belongs to the organization is out of reach for administrators of other accounts', async () => {
  const { bench } = await newBench();
  const stranger = bench.user('stranger', allowing('*'), OTHER);
  const asked = { accountId: OTHER, name: 'mine', guardrailName: 'g', document: allowing('*') };
  const operations = [
    createAccount,
    listAccounts,
    renameAccount,
    getOrganization,
    setAuditAccount,
    putGuardrail,
    deleteGuardrail,
  ];
  for (const operation of operations) {
    assert.equal((await bench.refused(stranger, operation, asked)).code, 'AccessDenied', operation.name);
    assert.equal(bench.bench.lastEvent().decisions?.[0]?.permission, `keywitness:${operation.name}`);
  }
  assert.equal((await bench.refused(stranger, getAccount, { accountId: HOME })).code, 'AccessDenied');
  await bench.released(stranger, getAccount, { accountId: OTHER });
});

test('without a permission nobody in the management account changes the organization either', async () => {
  const { bench } = await newBench();
  const bob = bench.user('bob', allowing('kms:*'));
  const asked = { accountId: OTHER, name: 'x', guardrailName: 'g', document: allowing('*') };
  const operations = [
    createAccount,
    listAccounts,
    renameAccount,
    getOrganization,
    getAccount,
    setAuditAccount,
  ];
  for (const operation of [...operations, putGuardrail, deleteGuardrail]) {
    assert.equal((await bench.refused(bob, operation, asked)).code, 'AccessDenied', operation.name);
  }
});

test('the account that owns the record is set, and may then read who the accounts are', async () => {
  const { bench, admin } = await newBench();
  const auditor = bench.user('auditor', allowing('*'), OTHER);
  const set = await bench.released(admin, setAuditAccount, { accountId: OTHER });
  assert.equal(set['auditAccount'], OTHER);
  assert.deepEqual(bench.bench.lastEvent().change, {
    before: { auditAccount: HOME },
    after: { auditAccount: OTHER },
  });
  assert.deepEqual(accountIds(await bench.released(auditor, listAccounts)), [HOME, OTHER]);
  assert.equal((await bench.released(auditor, getOrganization))['managementAccount'], HOME);
  await bench.released(auditor, getAccount, { accountId: HOME });
  assert.equal((await bench.refused(auditor, setAuditAccount, { accountId: HOME })).code, 'AccessDenied');
  const none = { accountId: '999999999999' };
  assert.equal((await bench.refused(admin, setAuditAccount, none)).code, 'NotFound');
});

test('a guardrail takes effect with its answer and ends when it is deleted', async () => {
  const { bench, admin } = await newBench();
  const ann = bench.user('ann', allowing('*'), OTHER);
  const document = allowing('kms:*');
  for (const level of [{}, { accountId: OTHER }]) {
    await bench.released(ann, listPrincipals);
    await bench.released(admin, putGuardrail, { ...level, guardrailName: 'keys', document });
    assert.match(JSON.stringify(bench.bench.lastEvent().change), /"policySha256":"[0-9a-f]{64}"/);
    assert.equal((await bench.refused(ann, listPrincipals)).code, 'AccessDenied');
    assert.equal(bench.bench.lastEvent().decisions?.[0]?.policyKind, 'service control policy');
    await bench.released(admin, listPrincipals);
    await bench.released(admin, deleteGuardrail, { ...level, guardrailName: 'keys' });
    const again = { ...level, guardrailName: 'keys' };
    assert.equal((await bench.refused(admin, deleteGuardrail, again)).code, 'NotFound');
  }
  await bench.released(ann, listPrincipals);
});

test('a guardrail of one account does not limit another', async () => {
  const { bench, admin } = await newBench();
  await bench.released(admin, createAccount, { name: 'third', accountId: '777788889999' });
  const third = bench.user('third', allowing('*'), '777788889999');
  const ann = bench.user('ann', allowing('*'), OTHER);
  await bench.released(admin, putGuardrail, {
    accountId: OTHER,
    guardrailName: 'keys',
    document: allowing('kms:*'),
  });
  await bench.released(third, listPrincipals);
  assert.equal((await bench.refused(ann, listPrincipals)).code, 'AccessDenied');
});

test('a guardrail is replaced by its name, and a level has at most five', async () => {
  const { bench, admin } = await newBench();
  const put = (guardrailName: string): object => ({ guardrailName, document: allowing('*') });
  for (let count = 0; count < 5; count += 1) {
    await bench.released(admin, putGuardrail, { ...put(`g${count}`) });
  }
  assert.equal((await bench.refused(admin, putGuardrail, { ...put('one-more') })).code, 'LimitExceeded');
  const { guardrails } = await bench.released(admin, putGuardrail, { ...put('g3') });
  assert.ok(Array.isArray(guardrails) && guardrails.length === 5);
  const { change } = bench.bench.lastEvent();
  assert.equal(change?.before?.['policySha256'], change?.after?.['policySha256']);
});

test('a guardrail that cannot be read, or that leaves nothing allowed, is refused', async () => {
  const { bench, admin } = await newBench();
  const denying = policyOf({ Effect: 'Deny', Action: 'kms:ScheduleKeyDeletion', Resource: '*' });
  const code = async (params: object): Promise<string> =>
    (await bench.refused(admin, putGuardrail, { guardrailName: 'g', ...params })).code;
  assert.equal(await code({ document: '{"Version":"2012-10-17"}' }), 'MalformedPolicy');
  assert.equal(await code({ document: denying }), 'InvalidState');
  assert.equal(await code({ document: allowing('*'), accountId: HOME }), 'InvalidInput');
  assert.equal(await code({ document: allowing('*'), accountId: '999999999999' }), 'NotFound');
  await bench.released(admin, putGuardrail, { guardrailName: 'all', document: allowing('*') });
  await bench.released(admin, putGuardrail, { guardrailName: 'g', document: denying });
  await bench.released(admin, putGuardrail, {
    guardrailName: 'lonely',
    accountId: OTHER,
    document: denying,
    force: true,
  });
});

test('what is likely not meant in a guardrail is told and recorded', async () => {
  const { bench, admin } = await newBench();
  const document = policyOf({
    Effect: 'Allow',
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:NoSuchKey': 'x' } },
  });
  const { warnings } = await bench.released(admin, putGuardrail, { guardrailName: 'g', document });
  assert.ok(Array.isArray(warnings) && warnings.length > 0);
  const recorded = bench.bench.lastEvent().change?.after?.['warnings'];
  assert.ok(
    Array.isArray(recorded) && recorded.includes('unknown-condition-key #0'),
    JSON.stringify(recorded),
  );
});
