import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { Caller } from '../index.ts';
import { SharedLedger } from '../shared-ledger.test-fixture.ts';
import { asParams, iam, iamArn, policyOf } from './iam.test-fixture.ts';

type Call = readonly [name: string, params: Readonly<Record<string, unknown>>];

const policyArn = iamArn('policy/P');
const LIST = policyOf('Allow', 'iam:ListUsers');
const NOTHING = policyOf('Allow', 'kms:Encrypt');
const group = { groupName: 'g' };
const ann = { userName: 'ann' };
const IN_GROUP: readonly Call[] = [
  ['CreateGroup', group],
  ['AddUserToGroup', { ...group, ...ann }],
];

/** How a user comes to a permission, and what takes it away. */
const WAYS: readonly {
  readonly what: string;
  readonly setUp: readonly Call[];
  readonly revoke: Call;
  readonly code?: string;
}[] = [
  {
    what: 'an inline policy is deleted',
    setUp: [['PutUserPolicy', { ...ann, policyDocument: LIST, policyName: 'p' }]],
    revoke: ['DeleteUserPolicy', { ...ann, policyName: 'p' }],
  },
  {
    what: 'a managed policy is detached from the user',
    setUp: [['AttachUserPolicy', { ...ann, policyArn }]],
    revoke: ['DetachUserPolicy', { ...ann, policyArn }],
  },
  {
    what: 'a managed policy is detached from the group',
    setUp: [...IN_GROUP, ['AttachGroupPolicy', { ...group, policyArn }]],
    revoke: ['DetachGroupPolicy', { ...group, policyArn }],
  },
  {
    what: 'an inline policy of the group is replaced',
    setUp: [...IN_GROUP, ['PutGroupPolicy', { ...group, policyDocument: LIST, policyName: 'p' }]],
    revoke: ['PutGroupPolicy', { ...group, policyDocument: NOTHING, policyName: 'p' }],
  },
  {
    what: 'the user leaves the group',
    setUp: [...IN_GROUP, ['PutGroupPolicy', { ...group, policyDocument: LIST, policyName: 'p' }]],
    revoke: ['RemoveUserFromGroup', { ...group, ...ann }],
  },
  {
    what: 'a managed policy gets another default version',
    setUp: [['AttachUserPolicy', { ...ann, policyArn }]],
    revoke: ['CreatePolicyVersion', { policyArn, policyDocument: NOTHING, setAsDefault: true }],
  },
  {
    what: 'the user gets a boundary',
    setUp: [
      ['PutUserPolicy', { ...ann, policyDocument: LIST, policyName: 'p' }],
      ['CreatePolicy', { policyDocument: NOTHING, policyName: 'Limit' }],
    ],
    revoke: ['PutUserPermissionsBoundary', { ...ann, permissionsBoundary: iamArn('policy/Limit') }],
  },
  {
    what: 'the boundary gets another default version',
    setUp: [
      ['PutUserPolicy', { ...ann, policyDocument: LIST, policyName: 'p' }],
      ['PutUserPermissionsBoundary', { ...ann, permissionsBoundary: policyArn }],
      ['CreatePolicyVersion', { policyArn, policyDocument: NOTHING }],
    ],
    revoke: ['SetDefaultPolicyVersion', { policyArn, versionId: 'v2' }],
  },
];

async function sharedLedger(setUp: readonly Call[]): Promise<{
  readonly ledger: SharedLedger;
  readonly admin: Caller;
  readonly caller: Caller;
}> {
  const ledger = new SharedLedger(openMemoryStore(), 2, 7, turn);
  const admin = await ledger.administrator();
  await ledger.mustPerform(admin, iam('CreateUser'), ann);
  await ledger.mustPerform(admin, iam('CreateAccessKey'), ann);
  await ledger.mustPerform(admin, iam('CreatePolicy'), { policyDocument: LIST, policyName: 'P' });
  for (const [name, params] of setUp) await ledger.mustPerform(admin, iam(name), params);
  const principalArn = iamArn('user/ann');
  const credential = [...ledger.node(0).replica.credentials.values()].find(
    (record) => record.principalArn === principalArn,
  );
  return { admin, caller: { credentialId: credential?.accessKeyId ?? '', principalArn }, ledger };
}

function listUsers(ledger: SharedLedger, node: number, caller: Caller): Promise<string> {
  return ledger
    .node(node)
    .service.perform(iam('ListUsers'), ledger.request('ListUsers'), caller, asParams({}))
    .then((performed) => (performed.kind === 'released' ? 'released' : performed.error.code));
}

for (const { revoke, setUp, what } of WAYS) {
  test(`the next request is denied, also one that is under way, when ${what}`, async () => {
    const { admin, caller, ledger } = await sharedLedger(setUp);
    const before = listUsers(ledger, 1, caller);
    await ledger.settle([before]);
    assert.equal(await before, 'released');
    const underWay = listUsers(ledger, 0, caller);
    await turn();
    const waiting = ledger.pending.splice(0);
    const revoking = ledger.perform(ledger.node(1), admin, iam(revoke[0]), revoke[1]);
    await ledger.settle([revoking]);
    assert.equal((await revoking).kind, 'released');
    ledger.pending.push(...waiting);
    // Node 0 may not have heard of the change yet: what it decides on the old state is stale.
    const next = listUsers(ledger, 0, caller);
    await ledger.settle([underWay, next]);
    assert.deepEqual(await Promise.all([underWay, next]), ['AccessDenied', 'AccessDenied']);
  });
}
