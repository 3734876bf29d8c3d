import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { type Caller, Params } from '../index.ts';
import { SharedLedger } from '../shared-ledger.test-fixture.ts';
import { asParams, iam, iamArn, policyOf, TRUST } from './iam.test-fixture.ts';

type Call = readonly [name: string, params: Readonly<Record<string, unknown>>];

/** Two services on one ledger, with an administrator. */
async function sharedLedger(setUp: readonly Call[]): Promise<{ ledger: SharedLedger; admin: Caller }> {
  const ledger = new SharedLedger(openMemoryStore(), 2, 1, turn);
  const admin = await ledger.administrator();
  for (const [name, params] of setUp) await ledger.mustPerform(admin, iam(name), params);
  return { ledger, admin };
}

function raced(ledger: SharedLedger, node: number, caller: Caller, [name, params]: Call): Promise<string> {
  return ledger
    .node(node)
    .service.perform(iam(name), ledger.request(name), caller, asParams(params))
    .then((performed) => (performed.kind === 'released' ? 'released' : performed.error.code));
}

/**
 * Decides one operation, and, while it waits for its commit, lets another one decide and commit on the same state;
 * answers how both ended.
 */
async function race(
  ledger: SharedLedger,
  admin: Caller,
  late: Call,
  early: Call,
  earlyCaller: Caller = admin,
): Promise<readonly [late: string, early: string]> {
  const first = raced(ledger, 0, admin, late);
  await turn();
  const waiting = ledger.pending.splice(0);
  assert.equal(waiting.length, 1, `${late[0]} waits for its commit`);
  const second = raced(ledger, 1, earlyCaller, early);
  await ledger.settle([second]);
  ledger.pending.push(...waiting);
  await ledger.settle([first]);
  await ledger.drain();
  return [await first, await second];
}

const policyArn = iamArn('policy/P');
const policyDocument = policyOf('Allow', 'kms:*');
const ANN: Call = ['CreateUser', { userName: 'ann' }];
const GROUP: Call = ['CreateGroup', { groupName: 'g' }];
const ROLE: Call = ['CreateRole', { assumeRolePolicyDocument: TRUST, roleName: 'r' }];
const POLICY: Call = ['CreatePolicy', { policyDocument, policyName: 'P' }];

/** Pairs of which only the one that commits first can be done, whichever that is. */
const EXCLUSIVE: readonly {
  readonly what: string;
  readonly setUp: readonly Call[];
  readonly pair: readonly [Call, Call];
  readonly codes: readonly [string, string];
}[] = [
  {
    what: 'two users whose names differ in case',
    setUp: [],
    pair: [ANN, ['CreateUser', { path: '/p/', userName: 'ANN' }]],
    codes: ['AlreadyExists', 'AlreadyExists'],
  },
  {
    what: 'two groups whose names differ in case',
    setUp: [],
    pair: [GROUP, ['CreateGroup', { groupName: 'G' }]],
    codes: ['AlreadyExists', 'AlreadyExists'],
  },
  {
    what: 'two roles whose names differ in case',
    setUp: [],
    pair: [ROLE, ['CreateRole', { assumeRolePolicyDocument: TRUST, roleName: 'R' }]],
    codes: ['AlreadyExists', 'AlreadyExists'],
  },
  {
    what: 'two policies whose names differ in case and path',
    setUp: [],
    pair: [POLICY, ['CreatePolicy', { path: '/p/', policyDocument, policyName: 'p' }]],
    codes: ['AlreadyExists', 'AlreadyExists'],
  },
  {
    what: 'two identity providers of one issuer',
    setUp: [],
    pair: [
      ['CreateOpenIDConnectProvider', { url: 'https://id.example' }],
      ['CreateOpenIDConnectProvider', { url: 'https://id.example/' }],
    ],
    codes: ['AlreadyExists', 'AlreadyExists'],
  },
  {
    what: 'a policy that is attached to a user and deleted',
    setUp: [ANN, POLICY],
    pair: [
      ['AttachUserPolicy', { policyArn, userName: 'ann' }],
      ['DeletePolicy', { policyArn }],
    ],
    codes: ['NotFound', 'DeleteConflict'],
  },
  {
    what: 'a policy that is attached to a group and deleted',
    setUp: [GROUP, POLICY],
    pair: [
      ['AttachGroupPolicy', { groupName: 'g', policyArn }],
      ['DeletePolicy', { policyArn }],
    ],
    codes: ['NotFound', 'DeleteConflict'],
  },
  {
    what: 'a policy that becomes a boundary and is deleted',
    setUp: [ROLE, POLICY],
    pair: [
      ['PutRolePermissionsBoundary', { permissionsBoundary: policyArn, roleName: 'r' }],
      ['DeletePolicy', { policyArn }],
    ],
    codes: ['NotFound', 'DeleteConflict'],
  },
  {
    what: 'a policy that a new user is bounded by and that is deleted',
    setUp: [POLICY],
    pair: [
      ['CreateUser', { permissionsBoundary: policyArn, userName: 'ann' }],
      ['DeletePolicy', { policyArn }],
    ],
    codes: ['NotFound', 'DeleteConflict'],
  },
  {
    what: 'a group that gets a member and is deleted',
    setUp: [ANN, GROUP],
    pair: [
      ['AddUserToGroup', { groupName: 'g', userName: 'ann' }],
      ['DeleteGroup', { groupName: 'g' }],
    ],
    codes: ['NotFound', 'DeleteConflict'],
  },
  {
    what: 'a user that joins a group and is deleted',
    setUp: [ANN, GROUP],
    pair: [
      ['AddUserToGroup', { groupName: 'g', userName: 'ann' }],
      ['DeleteUser', { userName: 'ann' }],
    ],
    codes: ['NotFound', 'DeleteConflict'],
  },
  {
    what: 'a user that gets an access key and is deleted',
    setUp: [ANN],
    pair: [
      ['CreateAccessKey', { userName: 'ann' }],
      ['DeleteUser', { userName: 'ann' }],
    ],
    codes: ['NotFound', 'DeleteConflict'],
  },
  {
    what: 'a role that gets a policy and is deleted',
    setUp: [ROLE, POLICY],
    pair: [
      ['AttachRolePolicy', { policyArn, roleName: 'r' }],
      ['DeleteRole', { roleName: 'r' }],
    ],
    codes: ['NotFound', 'DeleteConflict'],
  },
  {
    what: 'a user that takes the name that another one gets',
    setUp: [ANN],
    pair: [
      ['UpdateUser', { newUserName: 'beth', userName: 'ann' }],
      ['CreateUser', { userName: 'Beth' }],
    ],
    codes: ['AlreadyExists', 'AlreadyExists'],
  },
];

for (const { codes, pair, setUp, what } of EXCLUSIVE) {
  test(`at the same time: ${what}`, async () => {
    for (const [late, early, code] of [
      [pair[0], pair[1], codes[0]],
      [pair[1], pair[0], codes[1]],
    ] as const) {
      const { admin, ledger } = await sharedLedger(setUp);
      assert.deepEqual(await race(ledger, admin, late, early), [code, 'released'], `${late[0]} came later`);
    }
  });
}

test('two access keys made at the same time do not become three', async () => {
  const { admin, ledger } = await sharedLedger([ANN, ['CreateAccessKey', { userName: 'ann' }]]);
  const make: Call = ['CreateAccessKey', { userName: 'ann' }];
  assert.deepEqual(await race(ledger, admin, make, make), ['LimitExceeded', 'released']);
});

test('two changes of one user at the same time are both kept', async () => {
  const { admin, ledger } = await sharedLedger([ANN, POLICY]);
  const tag: Call = ['TagUser', { tags: [{ key: 'a', value: 'b' }], userName: 'ann' }];
  const attach: Call = ['AttachUserPolicy', { policyArn, userName: 'ann' }];
  assert.deepEqual(await race(ledger, admin, tag, attach), ['released', 'released']);
  const record = ledger.node(0).replica.principals.get(iamArn('user/ann'))?.record;
  assert.deepEqual([record?.attached, record?.tags], [[policyArn], [{ key: 'a', value: 'b' }]]);
});

test('a user that joins a group while it is renamed, or is renamed while it joins, is in it afterwards', async () => {
  const add: Call = ['AddUserToGroup', { groupName: 'g', userName: 'ann' }];
  const renameGroup: Call = ['UpdateGroup', { groupName: 'g', newGroupName: 'h' }];
  const renameUser: Call = ['UpdateUser', { newUserName: 'beth', userName: 'ann' }];
  const groupsAfter = async (late: Call, early: Call, id: string): Promise<unknown> => {
    const { admin, ledger } = await sharedLedger([ANN, GROUP]);
    assert.deepEqual(await race(ledger, admin, late, early), ['released', 'released']);
    const record = ledger.node(1).replica.principals.get(iamArn(`user/${id}`))?.record;
    return record?.type === 'role' ? undefined : record?.groups;
  };
  assert.deepEqual(await groupsAfter(renameGroup, add, 'ann'), ['h']);
  assert.deepEqual(await groupsAfter(renameUser, add, 'beth'), ['g']);
});

test('a member that is changed while its group is renamed keeps the change', async () => {
  const member = { groupName: 'g', userName: 'ann' };
  const { admin, ledger } = await sharedLedger([ANN, GROUP, ['AddUserToGroup', member]]);
  const rename: Call = ['UpdateGroup', { groupName: 'g', newGroupName: 'h' }];
  const tag: Call = ['TagUser', { tags: [{ key: 'a', value: 'b' }], userName: 'ann' }];
  assert.deepEqual(await race(ledger, admin, rename, tag), ['released', 'released']);
  const record = ledger.node(0).replica.principals.get(iamArn('user/ann'))?.record;
  assert.deepEqual(record?.tags, [{ key: 'a', value: 'b' }]);
  assert.deepEqual(record.type === 'role' ? undefined : record.groups, ['h']);
});

test('an access key that is made inactive while its user is renamed stays inactive', async () => {
  const { admin, ledger } = await sharedLedger([ANN]);
  const made = await ledger.mustPerform(admin, iam('CreateAccessKey'), { userName: 'ann' });
  assert.ok(made instanceof Params);
  const [accessKeyId = ''] = [...ledger.node(0).replica.credentials.values()]
    .filter(({ principalArn }) => principalArn === iamArn('user/ann'))
    .map((record) => record.accessKeyId);
  const rename: Call = ['UpdateUser', { newUserName: 'beth', userName: 'ann' }];
  const disable: Call = ['UpdateAccessKey', { accessKeyId, status: 'Inactive', userName: 'ann' }];
  assert.deepEqual(await race(ledger, admin, rename, disable), ['released', 'released']);
  const record = ledger.node(0).replica.credentials.get(accessKeyId);
  assert.deepEqual([record?.principalArn, record?.disabled], [iamArn('user/beth'), true]);
});

test('two accounts do not get one alias', async () => {
  const store = openMemoryStore();
  const other = '444455556666';
  const principalArn = `arn:aws:iam::${other}:user/bob`;
  const caller = { credentialId: 'AKIABOB', principalArn };
  const records: Readonly<Record<string, object>> = {
    [`account:${other}`]: { id: other, name: other, createdAtMs: 0, guardrails: [] },
    [`principal:${principalArn}`]: {
      account: other,
      arn: principalArn,
      createdAtMs: 0,
      disabled: false,
      name: 'bob',
      policies: [{ document: policyOf('Allow', '*'), name: 'all' }],
      type: 'user',
      uniqueId: 'AIDABOB',
    },
    'credential:AKIABOB': { accessKeyId: 'AKIABOB', createdAtMs: 0, disabled: false, principalArn },
  };
  const writes = Object.entries(records).map(([subject, record]) => ({
    subject,
    record: JSON.stringify(record),
  }));
  store.commit([{ judgedAt: 0, reads: [], writes, entry: Buffer.from('{}') }]);
  const ledger = new SharedLedger(store, 2, 1, turn);
  const admin = await ledger.administrator();
  const take: Call = ['CreateAccountAlias', { accountAlias: 'alias' }];
  assert.deepEqual(await race(ledger, admin, take, take, caller), ['AlreadyExists', 'released']);
});
