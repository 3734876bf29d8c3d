import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { type Caller, Params } from '../index.ts';
import { arnOf, place, TestBench } from './service.test-fixture.ts';

const OTHER = '444455556666';
const PLAINTEXT = Buffer.from('plaintext');
const HIDDEN =
  /because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access$/;

function policy(...statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

function statement(effect: string, actions: string | readonly string[], principal?: string): object {
  return {
    Effect: effect,
    ...(principal === undefined ? {} : { Principal: { AWS: principal } }),
    Action: actions,
    Resource: '*',
  };
}

const OWNER = statement('Allow', 'kms:*', `arn:aws:iam::${place.account}:root`);

interface Setup {
  readonly bench: TestBench;
  readonly ann: Caller;
  readonly keyId: string;
  readonly arn: string;
}

/** A key whose policy has these statements beside the owner's. */
async function setUp(...statements: readonly object[]): Promise<Setup> {
  const bench = new TestBench(openMemoryStore());
  bench.addAccount(OTHER);
  const ann = bench.addUser('ann');
  const keyId = await bench.createKey(ann, { policy: JSON.stringify(policy(OWNER, ...statements)) });
  return { bench, ann, keyId, arn: arnOf(`key/${keyId}`) };
}

const BOB = `arn:aws:iam::${OTHER}:user/bob`;
const ROOT = `arn:aws:iam::${OTHER}:root`;

/** What the key's policy says, what the caller's own says, and whether the two together let a caller of another account. */
const MATRIX: readonly (readonly [key: readonly object[], identity: readonly object[], allowed: boolean])[] =
  [
    [[], [statement('Allow', 'kms:*')], false],
    [[statement('Allow', 'kms:Encrypt', ROOT)], [], false],
    [[statement('Allow', 'kms:Encrypt', ROOT)], [statement('Allow', 'kms:Decrypt')], false],
    [[statement('Allow', 'kms:Encrypt', ROOT)], [statement('Allow', 'kms:Encrypt')], true],
    [[statement('Allow', 'kms:Encrypt', BOB)], [], false],
    [[statement('Allow', 'kms:Encrypt', BOB)], [statement('Allow', 'kms:Encrypt')], true],
    [
      [statement('Allow', 'kms:Encrypt', BOB)],
      [statement('Deny', 'kms:Encrypt'), statement('Allow', '*')],
      false,
    ],
    [[statement('Allow', 'kms:Encrypt', '*')], [statement('Allow', '*')], true],
    [
      [statement('Allow', 'kms:Encrypt', ROOT), statement('Deny', 'kms:Encrypt', BOB)],
      [statement('Allow', '*')],
      false,
    ],
  ];

test('a key of another account is used only where its policy and the caller’s own both allow it', async () => {
  for (const [index, [keyStatements, ownStatements, allowed]] of MATRIX.entries()) {
    const { bench, arn } = await setUp(...keyStatements);
    const bob = bench.addUser('bob', ownStatements.length === 0 ? [] : [policy(...ownStatements)], OTHER);
    const performed = await bench.perform(bob, 'Encrypt', { keyId: arn, plaintext: PLAINTEXT });
    assert.equal(performed.kind, allowed ? 'released' : 'refused', `row ${index}`);
    const event = bench.lastEvent();
    assert.equal(event.outcome, allowed ? 'success' : 'denied');
    assert.equal(event.key?.arn, arn);
    assert.equal(event.actor.account, OTHER);
  }
});

/** Each operation that takes a key, with what it needs beside it. */
const OPERATIONS: readonly (readonly [name: string, params: object, across: boolean])[] = [
  ['CancelKeyDeletion', {}, false],
  ['CreateGrant', { granteePrincipal: BOB, operations: ['Decrypt'] }, true],
  ['DeleteImportedKeyMaterial', {}, false],
  ['DescribeKey', {}, true],
  ['DisableKey', {}, false],
  ['DisableKeyRotation', {}, false],
  ['EnableKey', {}, false],
  ['EnableKeyRotation', {}, false],
  ['Encrypt', { plaintext: PLAINTEXT }, true],
  ['GenerateDataKey', { keySpec: 'AES_256' }, true],
  ['GenerateDataKeyWithoutPlaintext', { keySpec: 'AES_256' }, true],
  ['GetKeyPolicy', {}, false],
  ['GetKeyRotationStatus', {}, true],
  ['GetParametersForImport', { wrappingAlgorithm: 'RSAES_OAEP_SHA_256', wrappingKeySpec: 'RSA_2048' }, false],
  ['ImportKeyMaterial', {}, false],
  ['ListAliases', {}, false],
  ['ListGrants', {}, true],
  ['ListKeyRotations', {}, false],
  ['ListResourceTags', {}, false],
  ['PutKeyPolicy', { policy: '{}' }, false],
  ['RotateKeyOnDemand', {}, false],
  ['ScheduleKeyDeletion', {}, false],
  ['TagResource', { tags: [] }, false],
  ['UntagResource', { tagKeys: ['a'] }, false],
];

test('whatever policies say, a key is administered from its own account only', async () => {
  const { bench, arn } = await setUp(statement('Allow', 'kms:*', '*'));
  const bob = bench.addUser('bob', undefined, OTHER);
  for (const [name, params, across] of OPERATIONS) {
    const performed = await bench.perform(bob, name, { keyId: arn, ...params });
    if (across) {
      assert.equal(performed.kind, 'released', name);
      continue;
    }
    assert.equal(performed.kind, 'refused', name);
    assert.equal(performed.error.code, 'AccessDenied', name);
    assert.match(performed.error.message, HIDDEN);
    const { decisions, key } = bench.lastEvent();
    assert.equal(key?.arn, arn);
    assert.equal(decisions?.at(-1)?.policyKind, 'resource-based');
  }
});

test('who is let in by nobody cannot tell a key of another account from one that there is not', async () => {
  const { bench, ann, arn, keyId } = await setUp();
  const bob = bench.addUser('bob', undefined, OTHER);
  const absent = arnOf('key/12345678-1234-1234-1234-123456789012');
  const grantId = 'a'.repeat(64);
  const extras = [...OPERATIONS, ['RevokeGrant', { grantId }], ['RetireGrant', { grantId }]] as const;
  for (const [name, params] of extras) {
    const answers = [];
    for (const keyArn of [arn, absent]) {
      const [code, message] = await bench.refusal(bob, name, { keyId: keyArn, ...params });
      assert.equal(bench.lastEvent().key?.requested, keyArn);
      answers.push([code, message.replace(keyArn, 'KEY')]);
    }
    assert.deepEqual(answers[0], answers[1], name);
    assert.match(answers[0]?.[1] ?? '', HIDDEN);
  }
  await bench.result(ann, 'CreateAlias', { aliasName: 'alias/app', targetKeyId: keyId });
  const [known, unknown] = [arnOf('alias/app'), arnOf('alias/none')];
  const use = { keyId: known, plaintext: PLAINTEXT };
  const [, message] = await bench.refusal(bob, 'Encrypt', use);
  assert.match(message, HIDDEN);
  const [, absence] = await bench.refusal(bob, 'Encrypt', { ...use, keyId: unknown });
  assert.equal(message.replace(known, unknown), absence);
});

test('nobody learns by their own policies what is behind an alias of another account, nor how its key is tagged', async () => {
  const { bench, ann, arn, keyId } = await setUp();
  await bench.result(ann, 'CreateAlias', { aliasName: 'alias/app', targetKeyId: keyId });
  await bench.result(ann, 'TagResource', { keyId, tags: [new Params({ tagKey: 'team', tagValue: 'red' })] });
  const ofRed = { StringEquals: { 'aws:ResourceTag/team': 'red' } };
  const denials = [
    statement('Deny', 'kms:Encrypt'),
    { ...statement('Deny', 'kms:Encrypt'), Resource: `${arn.slice(0, -30)}*` },
    { ...statement('Deny', 'kms:Encrypt'), Condition: ofRed },
  ];
  for (const [index, denial] of denials.entries()) {
    const bob = bench.addUser(`bob${index}`, [policy(statement('Allow', '*'), denial)], OTHER);
    for (const requested of [arnOf('alias/app'), arnOf('alias/none'), arn]) {
      const [, message] = await bench.refusal(bob, 'Encrypt', { keyId: requested, plaintext: PLAINTEXT });
      assert.match(message, HIDDEN);
      assert.ok(message.includes(`on resource: ${requested} because`));
    }
  }
});

test('a key of another account is found by ARN or alias ARN, and not by what names a key of one’s own', async () => {
  const { bench, ann, arn, keyId } = await setUp(statement('Allow', 'kms:Encrypt', ROOT));
  const bob = bench.addUser('bob', undefined, OTHER);
  await bench.result(ann, 'CreateAlias', { aliasName: 'alias/app', targetKeyId: keyId });
  for (const requested of [arn, arnOf('alias/app')]) {
    assert.equal(
      (await bench.result(bob, 'Encrypt', { keyId: requested, plaintext: PLAINTEXT }))['keyId'],
      arn,
    );
  }
  for (const requested of [keyId, 'alias/app', arnOf(`key/${keyId}`, OTHER)]) {
    assert.equal(
      (await bench.refusal(bob, 'Encrypt', { keyId: requested, plaintext: PLAINTEXT }))[0],
      'NotFound',
    );
  }
});

test('each account has aliases of its own, and lists no others', async () => {
  const { bench, ann, keyId } = await setUp();
  const bob = bench.addUser('bob', undefined, OTHER);
  const other = await bench.createKey(bob);
  for (const [caller, target] of [
    [ann, keyId],
    [bob, other],
  ] as const) {
    await bench.result(caller, 'CreateAlias', { aliasName: 'alias/app', targetKeyId: target });
    const { keyId: found } = await bench.result(caller, 'Encrypt', {
      keyId: 'alias/app',
      plaintext: PLAINTEXT,
    });
    assert.match(String(found), new RegExp(`${target}$`));
    const { aliases } = await bench.result(caller, 'ListAliases');
    assert.ok(Array.isArray(aliases) && aliases.length === 1);
  }
  const create = { aliasName: 'alias/taken', targetKeyId: arnOf(`key/${keyId}`) };
  assert.equal((await bench.refusal(bob, 'CreateAlias', create))[0], 'AccessDenied');
});

test('a ciphertext moves between the keys of two accounts for whoever may use both', async () => {
  const { bench, ann, arn, keyId } = await setUp(statement('Allow', 'kms:ReEncrypt*', ROOT));
  const bob = bench.addUser('bob', undefined, OTHER);
  const own = await bench.createKey(bob);
  const { ciphertextBlob } = await bench.result(ann, 'Encrypt', { keyId, plaintext: PLAINTEXT });
  const moved = await bench.result(bob, 'ReEncrypt', { ciphertextBlob, destinationKeyId: own });
  assert.deepEqual([moved['sourceKeyId'], moved['keyId']], [arn, arnOf(`key/${own}`, OTHER)]);
  const opened = await bench.result(bob, 'Decrypt', { ciphertextBlob: moved['ciphertextBlob'] });
  assert.deepEqual(Buffer.from(Object(opened['plaintext'])), PLAINTEXT);
  assert.equal((await bench.refusal(bob, 'Decrypt', { ciphertextBlob }))[0], 'AccessDenied');
  const back = { ciphertextBlob: moved['ciphertextBlob'], destinationKeyId: keyId };
  assert.equal((await bench.refusal(ann, 'ReEncrypt', back))[0], 'AccessDenied');
});

test('a role of another account is let in by its name, for all its sessions, as far as its own policies go', async () => {
  const { bench, arn } = await setUp(statement('Allow', 'kms:*', `arn:aws:iam::${OTHER}:role/app`));
  const app = bench.addRole('app', [policy(statement('Allow', 'kms:Encrypt'))], OTHER);
  const other = bench.addRole('other', undefined, OTHER);
  await bench.result(app, 'Encrypt', { keyId: arn, plaintext: PLAINTEXT });
  assert.equal(bench.lastEvent().actor.arn, `arn:aws:sts::${OTHER}:assumed-role/app/work`);
  assert.equal((await bench.refusal(app, 'DescribeKey', { keyId: arn }))[0], 'AccessDenied');
  assert.equal(
    (await bench.refusal(other, 'Encrypt', { keyId: arn, plaintext: PLAINTEXT }))[0],
    'AccessDenied',
  );
});

test('conditions see the accounts of caller and key', async () => {
  const ofAccount = { StringEquals: { 'kms:CallerAccount': OTHER } };
  const { bench, arn } = await setUp({ ...statement('Allow', 'kms:Encrypt', '*'), Condition: ofAccount });
  const own = { StringEquals: { 'aws:ResourceAccount': place.account } };
  const bob = bench.addUser('bob', [policy({ ...statement('Allow', '*'), Condition: own })], OTHER);
  const eve = bench.addUser('eve', undefined, '777788889999');
  await bench.result(bob, 'Encrypt', { keyId: arn, plaintext: PLAINTEXT });
  assert.equal(
    (await bench.refusal(eve, 'Encrypt', { keyId: arn, plaintext: PLAINTEXT }))[0],
    'AccessDenied',
  );
});

test('a key of an account is administered under that account’s policies, and guarded against locking its authors out', async () => {
  const bench = new TestBench(openMemoryStore());
  const bob = bench.addUser('bob', undefined, OTHER);
  const keyId = await bench.createKey(bob);
  const { policy: text } = await bench.result(bob, 'GetKeyPolicy', { keyId });
  assert.match(String(text), new RegExp(ROOT));
  await bench.result(bob, 'PutKeyPolicy', { keyId, policy: text });
  const foreign = JSON.stringify(policy(OWNER));
  assert.equal((await bench.refusal(bob, 'PutKeyPolicy', { keyId, policy: foreign }))[0], 'MalformedPolicy');
  const role = bench.addRole('ops', undefined, OTHER);
  const byRole = JSON.stringify(policy(statement('Allow', 'kms:*', `arn:aws:iam::${OTHER}:role/ops`)));
  await bench.result(role, 'PutKeyPolicy', { keyId, policy: byRole });
  assert.equal((await bench.refusal(bob, 'DescribeKey', { keyId }))[0], 'AccessDenied');
});

test('what a service may retire is listed to nobody, under whichever member its name is given', async () => {
  const { bench, ann, keyId } = await setUp();
  const eve = bench.addUser('eve', undefined, OTHER);
  const retiringServicePrincipal = 'backup.example.com';
  const parties = { granteePrincipal: ann.principalArn, retiringServicePrincipal };
  await bench.result(ann, 'CreateGrant', { keyId, ...parties, operations: ['Decrypt'] });
  const asked = { retiringPrincipal: retiringServicePrincipal };
  for (const caller of [ann, eve]) {
    assert.equal((await bench.refusal(caller, 'ListRetirableGrants', asked))[0], 'InvalidArn');
  }
});
