import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { IamBench, TRUST } from './iam.test-fixture.ts';

function newBench(): IamBench<TestBench> {
  return new IamBench(new TestBench(openMemoryStore()));
}

/** For each kind that can have tags: its title, and how one is made; answers what names it. */
const KINDS: readonly (readonly [
  string,
  (bench: IamBench<TestBench>) => Promise<Readonly<Record<string, string>>>,
])[] = [
  [
    'User',
    async (bench) => {
      await bench.result('CreateUser', { userName: 'X' });
      return { userName: 'X' };
    },
  ],
  [
    'Role',
    async (bench) => {
      await bench.result('CreateRole', { assumeRolePolicyDocument: TRUST, roleName: 'X' });
      return { roleName: 'X' };
    },
  ],
  ['Policy', async (bench) => ({ policyArn: await bench.policy('X') })],
  [
    'OpenIDConnectProvider',
    async (bench) => {
      const made = await bench.result('CreateOpenIDConnectProvider', { url: 'https://id.example.com' });
      return { openIDConnectProviderArn: String(made['openIDConnectProviderArn']) };
    },
  ],
];

for (const [title, make] of KINDS) {
  test(`${title}: tags are put, replaced whatever their case, listed and taken away`, async () => {
    const bench = newBench();
    const x = await make(bench);
    const tag = (key: string, value: string): Promise<unknown> =>
      bench.result(`Tag${title}`, { ...x, tags: [{ key, value }] });
    await tag('team', 'red');
    await tag('Stage', 'test');
    await tag('Team', 'blue');
    assert.deepEqual(bench.lastEvent().change, {
      after: { tags: ['Stage=test', 'Team=blue'] },
      before: { tags: ['team=red', 'Stage=test'] },
    });
    const listed = await bench.result(`List${title}Tags`, x);
    assert.deepEqual(listed['tags'], [
      { key: 'Stage', value: 'test' },
      { key: 'Team', value: 'blue' },
    ]);
    const page = await bench.result(`List${title}Tags`, { ...x, maxItems: 1 });
    const rest = await bench.result(`List${title}Tags`, { ...x, marker: page['marker'] });
    assert.deepEqual(rest['tags'], [{ key: 'Team', value: 'blue' }]);
    await bench.result(`Untag${title}`, { ...x, tagKeys: ['TEAM', 'none'] });
    assert.deepEqual((await bench.result(`List${title}Tags`, x))['tags'], [{ key: 'Stage', value: 'test' }]);
  });

  test(`${title}: duplicate, reserved and too many tags are refused`, async () => {
    const bench = newBench();
    const x = await make(bench);
    const refused = (tags: readonly object[]): Promise<string> => bench.code(`Tag${title}`, { ...x, tags });
    const twice = [
      { key: 'a', value: '1' },
      { key: 'A', value: '2' },
    ];
    assert.equal(await refused(twice), 'InvalidInput');
    assert.equal(await refused([{ key: 'AWS:x', value: '' }]), 'InvalidInput');
    const many = Array.from({ length: 50 }, (_, index) => ({ key: `k${index}`, value: '' }));
    await bench.result(`Tag${title}`, { ...x, tags: many });
    assert.equal(await refused([{ key: 'one more', value: '' }]), 'LimitExceeded');
  });

  test(`${title}: tags decide who may do what to it, and which tags may be put`, async () => {
    const bench = newBench();
    const x = await make(bench);
    const clerk = await bench.user('clerk');
    await bench.result('PutUserPolicy', {
      policyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: `iam:Tag${title}`,
            Resource: '*',
            Condition: {
              StringEquals: { 'aws:RequestTag/team': 'red' },
              'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
            },
          },
          {
            Effect: 'Allow',
            Action: ['iam:Untag*', `iam:List${title}Tags`],
            Resource: '*',
            Condition: { StringEquals: { 'iam:ResourceTag/team': 'red' } },
          },
        ],
      }),
      policyName: 'clerk',
      userName: 'clerk',
    });
    assert.equal(await bench.code(`List${title}Tags`, x, clerk), 'AccessDenied');
    const blue = { ...x, tags: [{ key: 'team', value: 'blue' }] };
    assert.equal(await bench.code(`Tag${title}`, blue, clerk), 'AccessDenied');
    await bench.result(`Tag${title}`, { ...x, tags: [{ key: 'team', value: 'red' }] }, clerk);
    await bench.result(`List${title}Tags`, x, clerk);
    await bench.result(`Untag${title}`, { ...x, tagKeys: ['team'] }, clerk);
    assert.equal(await bench.code(`Untag${title}`, { ...x, tagKeys: ['team'] }, clerk), 'AccessDenied');
  });
}

test('long tag keys are listed in pages as well', async () => {
  const bench = newBench();
  const keys = ['a', 'b'].map((end) => `${'é'.repeat(127)}${end}`);
  await bench.result('TagUser', { tags: keys.map((key) => ({ key, value: '' })), userName: 'admin' });
  const page = await bench.result('ListUserTags', { maxItems: 1, userName: 'admin' });
  assert.ok(String(page['marker']).length <= 320);
  const rest = await bench.result('ListUserTags', { marker: page['marker'], userName: 'admin' });
  assert.equal(rest['isTruncated'], false);
  assert.notDeepEqual(rest['tags'], page['tags']);
});
