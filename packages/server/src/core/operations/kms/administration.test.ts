import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256Hex } from '../../crypto/index.ts';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { Caller } from '../index.ts';
import { arnOf, place, TestBench } from './service.test-fixture.ts';

interface Setup {
  readonly bench: TestBench;
  readonly ann: Caller;
  readonly keyId: string;
  readonly arn: string;
}

async function setUp(): Promise<Setup> {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  const keyId = await bench.createKey(ann);
  return { bench, ann, keyId, arn: arnOf(`key/${keyId}`) };
}

function allow(principal: string, action: string): object {
  return { Effect: 'Allow', Principal: { AWS: principal }, Action: action, Resource: '*' };
}

function policyOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

const ROOT = `arn:aws:iam::${place.account}:root`;

test('an alias is made, moved, listed and deleted', async () => {
  const { ann, bench, keyId } = await setUp();
  const other = await bench.createKey(ann);
  await bench.result(ann, 'CreateAlias', { aliasName: 'alias/b', targetKeyId: keyId });
  await bench.result(ann, 'CreateAlias', { aliasName: 'alias/a', targetKeyId: keyId });
  const createdMs = bench.nowMs;
  bench.nowMs += 5000;
  await bench.result(ann, 'UpdateAlias', { aliasName: 'alias/b', targetKeyId: other });
  assert.deepEqual(bench.lastEvent().change, {
    before: { targetKeyId: keyId },
    after: { targetKeyId: other },
  });
  const { aliases, truncated } = await bench.result(ann, 'ListAliases');
  assert.equal(truncated, false);
  assert.deepEqual(aliases, [
    {
      aliasArn: arnOf('alias/a'),
      aliasName: 'alias/a',
      creationDate: createdMs,
      lastUpdatedDate: createdMs,
      targetKeyId: keyId,
    },
    {
      aliasArn: arnOf('alias/b'),
      aliasName: 'alias/b',
      creationDate: createdMs,
      lastUpdatedDate: createdMs + 5000,
      targetKeyId: other,
    },
  ]);
  const ofOther = await bench.result(ann, 'ListAliases', { keyId: other });
  assert.ok(Array.isArray(ofOther['aliases']));
  assert.equal(ofOther['aliases'].length, 1);
  await bench.result(ann, 'DeleteAlias', { aliasName: 'alias/b' });
  assert.deepEqual(await bench.refusal(ann, 'DeleteAlias', { aliasName: 'alias/b' }), [
    'NotFound',
    `Alias ${arnOf('alias/b')} is not found.`,
  ]);
});

test('alias names follow the rules of AWS', async () => {
  const { ann, bench, keyId } = await setUp();
  const prefix =
    'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html';
  const cases = [
    ['orders', 'Validation', prefix],
    ['alias/', 'Validation', prefix],
    ['alias/aws/ebs', 'InvalidAliasName', 'The alias name alias/aws/ebs is reserved.'],
    ['alias/my:alias', 'Validation', 'alias/my:alias contains invalid characters for an alias'],
  ] as const;
  for (const [aliasName, ...refusal] of cases) {
    assert.deepEqual(await bench.refusal(ann, 'CreateAlias', { aliasName, targetKeyId: keyId }), refusal);
  }
});

test('an alias is made once, for a key, and by who may do both', async () => {
  const { ann, arn, bench, keyId } = await setUp();
  const params = { aliasName: 'alias/a', targetKeyId: keyId };
  const onlyOnAlias = policyStatement('kms:CreateAlias', arnOf('alias/*'));
  const bob = bench.addUser('bob', [onlyOnAlias]);
  const [code, message] = await bench.refusal(bob, 'CreateAlias', params);
  assert.equal(code, 'AccessDenied');
  assert.match(message, new RegExp(`on resource: ${arn} because`));
  await bench.result(ann, 'CreateAlias', params);
  assert.deepEqual(await bench.refusal(ann, 'CreateAlias', params), [
    'AlreadyExists',
    `An alias with the name ${arnOf('alias/a')} already exists`,
  ]);
  assert.deepEqual(await bench.refusal(ann, 'CreateAlias', { ...params, targetKeyId: 'alias/a' }), [
    'Validation',
    'Aliases must refer to keys. Not aliases',
  ]);
});

function policyStatement(action: string, resource: string): object {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
  };
}

test('moving an alias takes the permission on both keys', async () => {
  const { ann, arn, bench, keyId } = await setUp();
  const secret = await bench.createKey(ann);
  await bench.result(ann, 'CreateAlias', { aliasName: 'alias/a', targetKeyId: secret });
  const bob = bench.addUser('bob', [
    policyStatement('kms:UpdateAlias', arnOf('alias/*')),
    policyStatement('kms:UpdateAlias', arn),
  ]);
  const [code] = await bench.refusal(bob, 'UpdateAlias', { aliasName: 'alias/a', targetKeyId: keyId });
  assert.equal(code, 'AccessDenied');
  assert.equal(bench.lastEvent().decisions?.at(-1)?.resource, arnOf(`key/${secret}`));
});

test('tags are added, replaced, removed and listed in order', async () => {
  const { ann, bench, keyId } = await setUp();
  const tags = [
    { tagKey: 'b', tagValue: '1' },
    { tagKey: 'a', tagValue: '2' },
  ];
  await bench.result(ann, 'TagResource', { keyId, tags: bench.structures(tags) });
  const again = bench.structures([{ tagKey: 'b', tagValue: '3' }]);
  await bench.result(ann, 'TagResource', { keyId, tags: again });
  assert.deepEqual(bench.lastEvent().change, {
    before: { tags: ['b=1', 'a=2'] },
    after: { tags: ['a=2', 'b=3'] },
  });
  await bench.result(ann, 'UntagResource', { keyId, tagKeys: ['a', 'nothing'] });
  const listed = await bench.result(ann, 'ListResourceTags', { keyId });
  assert.deepEqual(listed['tags'], [{ tagKey: 'b', tagValue: '3' }]);
});

test('tags follow the rules of AWS: 50 on a key, each name once, none beginning with aws:', async () => {
  const { ann, bench, keyId } = await setUp();
  const numbered = (count: number): readonly object[] =>
    Array.from({ length: count }, (_none, i) => ({ tagKey: `k${i}`, tagValue: '' }));
  const send = (tags: readonly object[]): Promise<readonly [string, string]> =>
    bench.refusal(ann, 'TagResource', { keyId, tags: bench.structures(tags) });
  assert.deepEqual(await send(numbered(51)), ['TagInvalid', 'Too many tags']);
  const twice = [
    { tagKey: 'a', tagValue: '1' },
    { tagKey: 'a', tagValue: '2' },
  ];
  assert.deepEqual(await send(twice), ['TagInvalid', 'Duplicate tag keys']);
  for (const tagKey of ['aws:x', 'AWS:x']) {
    const reserved = [{ tagKey, tagValue: '' }];
    assert.deepEqual(await send(reserved), ['TagInvalid', 'Tags beginning with aws: are reserved']);
  }
  await bench.result(ann, 'TagResource', { keyId, tags: bench.structures(numbered(50)) });
  assert.deepEqual(await send([{ tagKey: 'one more', tagValue: '' }]), ['TagInvalid', 'Too many tags']);
  await bench.result(ann, 'TagResource', { keyId, tags: bench.structures(numbered(1)) });
});

test('tags that are too large for an event are in it by their digest, and the text is kept', async () => {
  const { ann, bench, keyId } = await setUp();
  const tags = Array.from({ length: 50 }, (_none, i) => ({
    tagKey: `${i}`.padEnd(128, 'ж'),
    tagValue: 'ж'.repeat(256),
  }));
  await bench.result(ann, 'TagResource', { keyId, tags: bench.structures(tags) });
  const text = JSON.stringify(tags.map(({ tagKey, tagValue }) => `${tagKey}=${tagValue}`));
  assert.deepEqual(bench.lastEvent().change?.after, { tagsSha256: sha256Hex(text) });
  const listed = await bench.result(ann, 'ListResourceTags', { keyId, limit: 1000 });
  assert.ok(Array.isArray(listed['tags']));
  assert.equal(listed['tags'].length, 50);
});

test('a key policy is answered as it was put, and decides from then on', async () => {
  const { ann, bench, keyId } = await setUp();
  const bob = bench.addUser('bob', []);
  const policy = ` ${policyOf(allow(ROOT, 'kms:*'), allow(bob.principalArn, 'kms:DescribeKey'))}`;
  assert.equal((await bench.refusal(bob, 'DescribeKey', { keyId }))[0], 'AccessDenied');
  const { policy: before } = await bench.result(ann, 'GetKeyPolicy', { keyId });
  await bench.result(ann, 'PutKeyPolicy', { keyId, policy, policyName: 'default' });
  assert.deepEqual(bench.lastEvent().change, {
    before: { policySha256: sha256Hex(String(before)) },
    after: { loosened: ['principal'], policySha256: sha256Hex(policy) },
  });
  assert.deepEqual(await bench.result(ann, 'GetKeyPolicy', { keyId }), { policy, policyName: 'default' });
  await bench.result(bob, 'DescribeKey', { keyId });
  assert.equal(bench.lastEvent().decisions?.at(-1)?.policyKind, 'resource-based');
});

test('a policy that would lock its author out is refused, unless that check is switched off', async () => {
  const { ann, bench, keyId } = await setUp();
  const bob = bench.addUser('bob', []);
  const policy = policyOf(allow(bob.principalArn, 'kms:*'));
  const refusal = [
    'MalformedPolicy',
    'The new key policy will not allow you to update the key policy in the future.',
  ];
  assert.deepEqual(await bench.refusal(ann, 'PutKeyPolicy', { keyId, policy }), refusal);
  assert.deepEqual(await bench.refusal(ann, 'CreateKey', { policy }), refusal);
  const bypass = { policy, bypassPolicyLockoutSafetyCheck: true };
  await bench.result(ann, 'PutKeyPolicy', { keyId, ...bypass });
  assert.equal(bench.lastEvent().parameters?.['bypassPolicyLockoutSafetyCheck'], true);
  assert.equal((await bench.refusal(ann, 'GetKeyPolicy', { keyId }))[0], 'AccessDenied');
  await bench.result(bob, 'GetKeyPolicy', { keyId });
});

test('what is no policy is not put', async () => {
  const { ann, bench, keyId } = await setUp();
  for (const policy of ['{', '{}', '[]', policyOf({ Effect: 'Perhaps' }), ' '.repeat(30_000)]) {
    assert.equal((await bench.refusal(ann, 'PutKeyPolicy', { keyId, policy }))[0], 'MalformedPolicy');
  }
  const long = policyOf({ Effect: 'Allow', Principal: '*', Action: '*', Resource: 'x'.repeat(32_768) });
  assert.equal((await bench.refusal(ann, 'PutKeyPolicy', { keyId, policy: long }))[0], 'LimitExceeded');
  const named = { keyId, policyName: 'other' };
  assert.deepEqual(await bench.refusal(ann, 'GetKeyPolicy', named), ['NotFound', 'No such policy exists']);
});
