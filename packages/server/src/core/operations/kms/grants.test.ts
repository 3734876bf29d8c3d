import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { type Caller, Params, type Result } from '../index.ts';
import { arnOf, place, TestBench } from './service.test-fixture.ts';

const OTHER = '444455556666';
const PLAINTEXT = Buffer.from('plaintext');
const ALL = { Effect: 'Allow', Action: '*', Resource: '*' };

interface Setup {
  readonly bench: TestBench;
  readonly ann: Caller;
  /** Without any policy. */
  readonly bob: Caller;
  readonly keyId: string;
}

async function setUp(): Promise<Setup> {
  const bench = new TestBench(openMemoryStore());
  bench.addAccount(OTHER);
  const ann = bench.addUser('ann');
  const bob = bench.addUser('bob', []);
  return { bench, ann, bob, keyId: await bench.createKey(ann) };
}

function grantsOf(result: Result): readonly Params[] {
  const { grants } = result;
  assert.ok(Array.isArray(grants));
  return grants.map((grant: object) => new Params({ ...grant }));
}

function limited(condition: object): object {
  const statement = { Effect: 'Deny', Action: 'kms:CreateGrant', Resource: '*', Condition: condition };
  return { Version: '2012-10-17', Statement: [ALL, statement] };
}

test('a grant is made, used at once, and listed with all that it says', async () => {
  const { bench, ann, bob, keyId } = await setUp();
  const made = await bench.result(ann, 'CreateGrant', {
    keyId,
    granteePrincipal: bob.principalArn,
    retiringPrincipal: ann.principalArn,
    operations: ['Encrypt', 'DescribeKey', 'Encrypt'],
    constraints: new Params({ encryptionContextSubset: { b: '2', a: '1' } }),
    name: 'orders',
  });
  const grantId = String(made['grantId']);
  assert.match(grantId, /^[0-9a-f]{64}$/);
  const { action, change, parameters } = bench.lastEvent();
  assert.equal(action, 'grant.create');
  assert.deepEqual(change, { after: { grantId } });
  assert.deepEqual(parameters, {
    constraints: { encryptionContextSubset: { a: '1', b: '2' } },
    grantId,
    grantee: bob.principalArn,
    name: 'orders',
    operations: ['DescribeKey', 'Encrypt'],
    retiring: ann.principalArn,
  });
  const encryptionContext = { a: '1', b: '2', c: '3' };
  await bench.result(bob, 'Encrypt', { keyId, plaintext: PLAINTEXT, encryptionContext });
  const [decision] = bench.lastEvent().decisions ?? [];
  assert.deepEqual(
    [decision?.effect, decision?.policyKind, decision?.policy, decision?.statement],
    ['allow', 'grant', grantId, 'orders'],
  );
  const listed = await bench.result(ann, 'ListGrants', { keyId });
  assert.deepEqual(listed['grants'], [
    {
      constraints: { encryptionContextSubset: { a: '1', b: '2' } },
      creationDate: bench.nowMs,
      grantId,
      granteePrincipal: bob.principalArn,
      issuingAccount: `arn:aws:iam::${place.account}:root`,
      keyId: arnOf(`key/${keyId}`),
      name: 'orders',
      operations: ['DescribeKey', 'Encrypt'],
      retiringPrincipal: ann.principalArn,
    },
  ]);
});

test('what a grant does not say, it does not allow', async () => {
  const { bench, ann, bob, keyId } = await setUp();
  await bench.result(ann, 'CreateGrant', {
    keyId,
    granteePrincipal: bob.principalArn,
    operations: ['Encrypt'],
    constraints: new Params({ encryptionContextEquals: { tenant: '1' } }),
  });
  const use = { keyId, plaintext: PLAINTEXT };
  await bench.result(bob, 'Encrypt', { ...use, encryptionContext: { tenant: '1' } });
  for (const encryptionContext of [undefined, {}, { tenant: '2' }, { tenant: '1', more: 'x' }]) {
    assert.equal((await bench.refusal(bob, 'Encrypt', { ...use, encryptionContext }))[0], 'AccessDenied');
  }
  assert.equal((await bench.refusal(bob, 'DescribeKey', { keyId }))[0], 'AccessDenied');
  const other = await bench.createKey(ann);
  const elsewhere = { ...use, keyId: other, encryptionContext: { tenant: '1' } };
  assert.equal((await bench.refusal(bob, 'Encrypt', elsewhere))[0], 'AccessDenied');
  const eve = bench.addUser('eve', []);
  assert.equal(
    (await bench.refusal(eve, 'Encrypt', { ...use, encryptionContext: { tenant: '1' } }))[0],
    'AccessDenied',
  );
});

test('a denial of any policy is stronger than a grant', async () => {
  const { bench, ann, keyId } = await setUp();
  const denied = bench.addUser('dan', [
    { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' } },
  ]);
  await bench.result(ann, 'CreateGrant', {
    keyId,
    granteePrincipal: denied.principalArn,
    operations: ['Encrypt'],
  });
  assert.equal((await bench.refusal(denied, 'Encrypt', { keyId, plaintext: PLAINTEXT }))[0], 'AccessDenied');
  assert.equal(bench.lastEvent().decisions?.[0]?.effect, 'explicit-deny');
});

test('the same request with a name leads to the same grant, with another token; without one, or changed, to another', async () => {
  const { bench, ann, bob, keyId } = await setUp();
  const request = {
    keyId,
    granteePrincipal: bob.principalArn,
    operations: ['Encrypt', 'Decrypt'],
    constraints: new Params({ encryptionContextSubset: { a: '1', b: '2' } }),
  };
  const named = { ...request, name: 'n' };
  const first = await bench.result(ann, 'CreateGrant', named);
  const again = await bench.result(ann, 'CreateGrant', {
    ...named,
    operations: ['Decrypt', 'Encrypt'],
    constraints: new Params({ encryptionContextSubset: { b: '2', a: '1' } }),
  });
  assert.equal(again['grantId'], first['grantId']);
  assert.notEqual(again['grantToken'], first['grantToken']);
  assert.equal(bench.lastEvent().change, undefined);
  const ids = new Set([first['grantId']]);
  for (const changed of [
    request,
    request,
    { ...named, name: 'm' },
    { ...named, operations: ['Encrypt'] },
    { ...named, retiringPrincipal: ann.principalArn },
    { ...named, constraints: new Params({ encryptionContextEquals: { a: '1', b: '2' } }) },
    { ...named, granteePrincipal: ann.principalArn },
  ]) {
    ids.add((await bench.result(ann, 'CreateGrant', changed))['grantId']);
  }
  assert.equal(ids.size, 8);
});

test('a grant token is one of ours or is refused, and adds nothing to what policy says', async () => {
  const { bench, ann, bob, keyId } = await setUp();
  const other = await bench.createKey(ann);
  const grant = { granteePrincipal: bob.principalArn, operations: ['Encrypt', 'DescribeKey'] };
  const own = await bench.result(ann, 'CreateGrant', { keyId, ...grant });
  const elsewhere = await bench.result(ann, 'CreateGrant', { keyId: other, ...grant });
  const use = { keyId, plaintext: PLAINTEXT };
  const grantTokens = [own['grantToken'], elsewhere['grantToken']];
  await bench.result(bob, 'Encrypt', { ...use, grantTokens });
  await bench.result(bob, 'DescribeKey', { keyId, grantTokens });
  for (const token of [
    't',
    'AAAA',
    `${String(own['grantToken'])}AAAA`,
    bench.replica.keys.get(keyId)?.record.materials[0]?.sealed,
  ]) {
    const wrong = { ...use, grantTokens: [own['grantToken'], token] };
    assert.equal((await bench.refusal(bob, 'Encrypt', wrong))[0], 'InvalidGrantToken');
  }
  const eve = bench.addUser('eve', []);
  assert.equal((await bench.refusal(eve, 'Encrypt', { ...use, grantTokens }))[0], 'AccessDenied');
  await bench.result(ann, 'RevokeGrant', { keyId, grantId: own['grantId'] });
  assert.equal((await bench.refusal(bob, 'Encrypt', { ...use, grantTokens }))[0], 'AccessDenied');
  assert.ok(!bench.entries().join('\n').includes(String(own['grantToken'])));
});

/** Requests that are refused, with what they get. */
const REFUSED: readonly (readonly [why: string, params: object, code: string])[] = [
  ['no operation', { operations: [] }, 'Validation'],
  ['an operation of other keys', { operations: ['Decrypt', 'Sign'] }, 'Validation'],
  ['no grantee', { granteePrincipal: undefined }, 'Validation'],
  ['two grantees', { granteeServicePrincipal: 'backup.example.com' }, 'Validation'],
  [
    'two who retire',
    {
      retiringPrincipal: `arn:aws:iam::${place.account}:user/ann`,
      retiringServicePrincipal: 'backup.example.com',
    },
    'Validation',
  ],
  [
    'a service without a source',
    { granteePrincipal: undefined, granteeServicePrincipal: 'backup.example.com' },
    'Validation',
  ],
  [
    'a service and nobody who retires',
    {
      granteePrincipal: undefined,
      granteeServicePrincipal: 'backup.example.com',
      constraints: new Params({ sourceArn: 'arn:aws:backup:eu-central-1:111122223333:vault/a' }),
    },
    'Validation',
  ],
  [
    'a context where none is used',
    { operations: ['DescribeKey'], constraints: new Params({ encryptionContextEquals: { a: '1' } }) },
    'Validation',
  ],
  [
    'too many pairs',
    {
      constraints: new Params({
        encryptionContextSubset: Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`n${at}`, 'v'])),
      }),
    },
    'LimitExceeded',
  ],
  [
    'too long a value',
    { constraints: new Params({ encryptionContextEquals: { a: 'x'.repeat(385) } }) },
    'LimitExceeded',
  ],
  ['a stranger', { granteePrincipal: `arn:aws:iam::${place.account}:user/nobody` }, 'InvalidArn'],
  ['another spelling', { granteePrincipal: `arn:aws:iam::${place.account}:user/BOB` }, 'InvalidArn'],
  ['an unknown account', { granteePrincipal: '999999999999' }, 'InvalidArn'],
  [
    'a session of no role',
    { granteePrincipal: `arn:aws:sts::${place.account}:assumed-role/none/x` },
    'InvalidArn',
  ],
  ['a group', { granteePrincipal: `arn:aws:iam::${place.account}:group/g` }, 'InvalidArn'],
  ['a service as a principal', { granteePrincipal: 'backup.amazonaws.com' }, 'InvalidArn'],
  [
    'a stranger who retires',
    { retiringPrincipal: `arn:aws:iam::${place.account}:role/nobody` },
    'InvalidArn',
  ],
  ['an alias', { keyId: 'alias/app' }, 'InvalidArn'],
  ['a wrong token', { grantTokens: ['x'] }, 'InvalidGrantToken'],
];

test('grants that cannot be are refused, and none is made', async () => {
  const { bench, ann, bob, keyId } = await setUp();
  const good = { keyId, granteePrincipal: bob.principalArn, operations: ['Decrypt'] };
  for (const [why, params, code] of REFUSED) {
    assert.equal((await bench.refusal(ann, 'CreateGrant', { ...good, ...params }))[0], code, why);
    assert.equal(bench.lastEvent().change, undefined);
  }
  assert.equal((await bench.refusal(ann, 'CreateGrant', { ...good, dryRun: true }))[0], 'DryRun');
  await bench.result(ann, 'DisableKey', { keyId });
  assert.equal((await bench.refusal(ann, 'CreateGrant', good))[0], 'Disabled');
  await bench.result(ann, 'ScheduleKeyDeletion', { keyId });
  assert.equal((await bench.refusal(ann, 'CreateGrant', good))[0], 'InvalidState');
  assert.equal((await bench.refusal(bob, 'CreateGrant', good))[0], 'AccessDenied');
  assert.deepEqual((await bench.result(ann, 'ListGrants', { keyId }))['grants'], []);
});

test('a service may be granted what it does for one resource', async () => {
  const { bench, ann, keyId } = await setUp();
  const sourceArn = 'arn:aws:backup:eu-central-1:111122223333:vault/a';
  await bench.result(ann, 'CreateGrant', {
    keyId,
    granteeServicePrincipal: 'backup.example.com',
    retiringServicePrincipal: 'backup.example.com',
    operations: ['Decrypt'],
    constraints: new Params({ sourceArn }),
  });
  const [listed] = grantsOf(await bench.result(ann, 'ListGrants', { keyId }));
  assert.equal(listed?.text('granteeServicePrincipal'), 'backup.example.com');
  assert.equal(listed.text('retiringServicePrincipal'), 'backup.example.com');
  assert.equal(listed.has('granteePrincipal'), false);
  for (const [name, member] of [
    ['ListGrants', 'granteeServicePrincipal'],
    ['ListRetirableGrants', 'retiringServicePrincipal'],
  ] as const) {
    assert.equal(
      (await bench.refusal(ann, name, { keyId, [member]: 'backup.example.com' }))[0],
      'Validation',
    );
  }
});

/** Conditions by which making the grant below is denied, and such by which it is not. */
const CONDITIONS: readonly (readonly [condition: object, denied: boolean])[] = [
  [{ 'ForAnyValue:StringEquals': { 'kms:GrantOperations': 'Decrypt' } }, true],
  [{ 'ForAnyValue:StringEquals': { 'kms:GrantOperations': 'CreateGrant' } }, false],
  [{ StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextSubset' } }, true],
  [{ StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextEquals' } }, false],
  [{ Bool: { 'kms:GrantIsForAWSResource': 'false' } }, true],
  [{ Bool: { 'kms:GrantIsForAWSResource': 'true' } }, false],
  [{ StringEquals: { 'kms:GranteePrincipal': `arn:aws:iam::${OTHER}:root` } }, true],
  [{ StringNotEquals: { 'kms:GranteePrincipal': `arn:aws:iam::${OTHER}:root` } }, false],
  [{ StringLike: { 'kms:RetiringPrincipal': '*:user/ann' } }, true],
  [{ Null: { 'kms:RetiringPrincipal': 'true' } }, false],
  [{ Null: { 'kms:GranteeServicePrincipal': 'false' } }, false],
  [{ StringEquals: { 'kms:EncryptionContext:tenant': '1' } }, true],
  [{ StringEquals: { 'kms:EncryptionContext:tenant': '2' } }, false],
  [{ 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['tenant'] } }, true],
  [{ Null: { 'kms:ViaService': 'false' } }, false],
];

test('policies tell grants apart by what they say', async () => {
  for (const [condition, denied] of CONDITIONS) {
    const { bench, keyId } = await setUp();
    const carl = bench.addUser('carl', [limited(condition)]);
    const performed = await bench.perform(carl, 'CreateGrant', {
      keyId,
      granteePrincipal: OTHER,
      retiringPrincipal: `arn:aws:iam::${place.account}:user/ann`,
      operations: ['Decrypt'],
      constraints: new Params({ encryptionContextSubset: { tenant: '1' } }),
    });
    assert.equal(performed.kind, denied ? 'refused' : 'released', JSON.stringify(condition));
  }
});

test('whoever may make grants by a grant passes on no more than that one allows', async () => {
  const subset = { encryptionContextSubset: { a: '1' } };
  const equals = { encryptionContextEquals: { a: '1', b: '2' } };
  const cases: readonly (readonly [
    parent: object,
    child: object,
    operations: readonly string[],
    allowed: boolean,
  ])[] = [
    [{}, {}, ['Decrypt'], true],
    [{}, {}, ['CreateGrant', 'Decrypt'], true],
    [{}, {}, ['Encrypt'], false],
    [{}, subset, ['Decrypt'], true],
    [subset, {}, ['Decrypt'], false],
    [subset, subset, ['Decrypt'], true],
    [subset, { encryptionContextSubset: { a: '1', b: '2' } }, ['Decrypt'], true],
    [subset, { encryptionContextSubset: { b: '2' } }, ['Decrypt'], false],
    [subset, { encryptionContextSubset: { a: '2' } }, ['Decrypt'], false],
    [subset, equals, ['Decrypt'], true],
    [equals, subset, ['Decrypt'], false],
    [equals, equals, ['Decrypt'], true],
    [equals, { encryptionContextEquals: { a: '1' } }, ['Decrypt'], false],
    [equals, { encryptionContextEquals: { a: '1', b: '2', c: '3' } }, ['Decrypt'], false],
  ];
  for (const [index, [parent, child, operations, allowed]] of cases.entries()) {
    const { bench, ann, bob, keyId } = await setUp();
    await bench.result(ann, 'CreateGrant', {
      keyId,
      granteePrincipal: bob.principalArn,
      operations: ['CreateGrant', 'Decrypt'],
      constraints: new Params(Object.fromEntries(Object.entries(parent))),
    });
    const performed = await bench.perform(bob, 'CreateGrant', {
      keyId,
      granteePrincipal: ann.principalArn,
      operations,
      constraints: new Params(Object.fromEntries(Object.entries(child))),
    });
    assert.equal(performed.kind, allowed ? 'released' : 'refused', `case ${index}`);
    if (performed.kind === 'refused') assert.equal(performed.error.code, 'AccessDenied');
  }
});

test('any sizes of page list every grant once, and filters find theirs', async () => {
  const { bench, ann, bob, keyId } = await setUp();
  const ids: string[] = [];
  for (let count = 0; count < 7; count += 1) {
    const granteePrincipal = count % 2 === 0 ? bob.principalArn : ann.principalArn;
    const grant = { keyId, granteePrincipal, retiringPrincipal: bob.principalArn, operations: ['Decrypt'] };
    ids.push(String((await bench.result(ann, 'CreateGrant', grant))['grantId']));
  }
  const listAll = async (
    caller: Caller,
    name: string,
    params: object,
    limit: number,
  ): Promise<readonly string[]> => {
    const seen: string[] = [];
    let marker: string | undefined;
    do {
      const page = await bench.result(caller, name, { ...params, limit, marker });
      seen.push(...grantsOf(page).map((grant) => grant.text('grantId')));
      marker = new Params(page).optionalText('nextMarker');
    } while (marker !== undefined);
    return seen;
  };
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 9 }), async (limit) => {
      assert.deepEqual(await listAll(ann, 'ListGrants', { keyId }, limit), ids.toSorted());
      const retirable = { retiringPrincipal: bob.principalArn };
      assert.deepEqual(await listAll(ann, 'ListRetirableGrants', retirable, limit), ids.toSorted());
    }),
    { numRuns: 9 },
  );
  const ofBob = ids.filter((_, count) => count % 2 === 0).toSorted();
  assert.deepEqual(await listAll(ann, 'ListGrants', { keyId, granteePrincipal: bob.principalArn }, 2), ofBob);
  assert.deepEqual(await listAll(ann, 'ListGrants', { keyId, grantId: ids[3] }, 2), [ids[3]]);
  assert.deepEqual(await listAll(ann, 'ListGrants', { keyId, grantId: 'f'.repeat(64) }, 2), []);
  assert.equal((await bench.refusal(ann, 'ListGrants', { keyId, grantId: 'x' }))[0], 'InvalidGrantId');
  assert.equal((await bench.refusal(ann, 'ListGrants', { keyId, marker: 'x' }))[0], 'InvalidMarker');
  assert.equal((await bench.refusal(bob, 'ListGrants', { keyId }))[0], 'AccessDenied');
});

test('what a principal of one’s own account may retire is listed on keys of any account', async () => {
  const { bench, ann, bob } = await setUp();
  const eve = bench.addUser('eve', undefined, OTHER);
  const keyId = await bench.createKey(eve);
  await bench.result(eve, 'CreateGrant', {
    keyId,
    granteePrincipal: eve.principalArn,
    retiringPrincipal: bob.principalArn,
    operations: ['Decrypt'],
  });
  const asked = { retiringPrincipal: bob.principalArn };
  const [listed] = grantsOf(await bench.result(ann, 'ListRetirableGrants', asked));
  assert.equal(listed?.text('keyId'), arnOf(`key/${keyId}`, OTHER));
  assert.equal(listed.text('issuingAccount'), `arn:aws:iam::${OTHER}:root`);
  assert.equal(bench.lastEvent().decisions?.[0]?.resource, bob.principalArn);
  assert.equal((await bench.refusal(eve, 'ListRetirableGrants', asked))[0], 'AccessDenied');
  assert.equal((await bench.refusal(bob, 'ListRetirableGrants', asked))[0], 'AccessDenied');
  assert.equal((await bench.refusal(ann, 'ListRetirableGrants', {}))[0], 'Validation');
});
