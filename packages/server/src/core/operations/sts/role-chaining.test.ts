import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import fc from 'fast-check';
import { allowing, HOME, policyOf, StsBench, tags, trusting, userArn } from './sts.test-fixture.ts';

function newStsBench(): StsBench {
  const store = openMemoryStore();
  return new StsBench(store, new TestBench(store));
}

const home = `arn:aws:iam::${HOME}:root`;

/** A user and roles `R1` to `R6`, each of which may assume the next. */
function chain(): { readonly bench: StsBench; readonly ann: ReturnType<StsBench['user']> } {
  const bench = newStsBench();
  for (let link = 1; link <= 6; link += 1) {
    bench.role(`R${link}`, trusting(home), { maxSessionSeconds: 43_200 });
  }
  return { bench, ann: bench.user('ann', allowing('sts:*')) };
}

test('who acts in a session of a role gets at most an hour', async () => {
  const { bench, ann } = chain();
  const first = await bench.assume(ann, 'R1', { durationSeconds: 43_200 });
  const refused = await bench.refusedRole(first, 'R2', { durationSeconds: 3601 });
  assert.equal(refused.code, 'Validation');
  assert.match(refused.message, /1 hour session limit for roles assumed by role chaining/);
  const second = await bench.assume(first, 'R2', { durationSeconds: 3600 });
  assert.equal(second.expirationMs, bench.bench.nowMs + 3_600_000);
  assert.equal((await bench.assume(first, 'R2')).expirationMs, second.expirationMs);
});

test('a session of a user is no role session, and may get longer ones', async () => {
  const { bench, ann } = chain();
  const own = bench.session(await bench.sts(ann, 'GetSessionToken'));
  await bench.assume(own, 'R1', { durationSeconds: 43_200 });
});

test('a chain has at most four links, and the record names all of them', async () => {
  const { bench, ann } = chain();
  let caller = await bench.assume(ann, 'R1');
  for (const name of ['R2', 'R3', 'R4']) caller = await bench.assume(caller, name);
  assert.equal((await bench.refusedRole(caller, 'R5')).code, 'Validation');
  await bench.whoami(caller);
  assert.deepEqual(bench.bench.lastEvent().actor.session?.chain, [
    userArn('ann'),
    `arn:aws:sts::${HOME}:assumed-role/R1/work`,
    `arn:aws:sts::${HOME}:assumed-role/R2/work`,
    `arn:aws:sts::${HOME}:assumed-role/R3/work`,
  ]);
});

test('a source identity is handed down the chain and can never be changed', async () => {
  const { bench, ann } = chain();
  const first = await bench.assume(ann, 'R1', { sourceIdentity: 'ann' });
  const refused = await bench.refusedRole(first, 'R2', { sourceIdentity: 'bob' });
  assert.equal(refused.code, 'AccessDenied');
  assert.match(refused.message, /sts:SetSourceIdentity .* does not change$/);
  const second = await bench.assume(first, 'R2', { sourceIdentity: 'ann' });
  const third = await bench.assume(second, 'R3');
  assert.equal(third.session?.sourceIdentity, 'ann');
  assert.equal(third.result['sourceIdentity'], 'ann');
  assert.equal(bench.bench.lastEvent().parameters?.['sourceIdentity'], 'ann');
});

test('setting a source identity takes a permission of its own, at every link', async () => {
  const { bench, ann } = chain();
  const only = policyOf({ Effect: 'Allow', Principal: { AWS: home }, Action: 'sts:AssumeRole' });
  bench.role('Plain', only);
  await bench.assume(ann, 'Plain');
  assert.equal((await bench.refusedRole(ann, 'Plain', { sourceIdentity: 'ann' })).code, 'AccessDenied');
  assert.equal(bench.bench.lastEvent().decisions?.at(-1)?.permission, 'sts:SetSourceIdentity');
  const first = await bench.assume(ann, 'R1', { sourceIdentity: 'ann' });
  assert.equal((await bench.refusedRole(first, 'Plain')).code, 'AccessDenied');
});

test('a trust policy can demand whose source identity it is', async () => {
  const { bench, ann } = chain();
  bench.role('Named', trusting(home, { StringLike: { 'sts:SourceIdentity': 'ann*' } }));
  assert.equal((await bench.refusedRole(ann, 'Named', { sourceIdentity: 'bob' })).code, 'AccessDenied');
  assert.equal((await bench.refusedRole(ann, 'Named')).code, 'AccessDenied');
  await bench.assume(ann, 'Named', { sourceIdentity: 'ann.smith' });
});

test('tags take a permission of their own, with their keys and values as conditions', async () => {
  const { bench, ann } = chain();
  const only = policyOf({ Effect: 'Allow', Principal: { AWS: home }, Action: 'sts:AssumeRole' });
  bench.role('Plain', only);
  assert.equal(
    (await bench.refusedRole(ann, 'Plain', { tags: tags({ team: 'blue' }) })).code,
    'AccessDenied',
  );
  assert.equal(bench.bench.lastEvent().decisions?.at(-1)?.permission, 'sts:TagSession');
  const condition = {
    StringEquals: { 'aws:RequestTag/Team': ['blue', 'green'] },
    'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'cost'] },
  };
  bench.role('Tagged', trusting(home, condition));
  await bench.assume(ann, 'Tagged', { tags: tags({ team: 'blue' }) });
  for (const wrong of [{ team: 'red' }, { cost: '1' }, { team: 'blue', other: 'x' }]) {
    assert.equal((await bench.refusedRole(ann, 'Tagged', { tags: tags(wrong) })).code, 'AccessDenied');
  }
});

test('tags of a session are what its policies know as its principal tags', async () => {
  const { bench, ann } = chain();
  const own = policyOf({
    Effect: 'Allow',
    Action: 'sts:GetAccessKeyInfo',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalTag/Team': 'blue' } },
  });
  bench.role('Tagged', trusting(home), { policies: [{ name: 'own', document: own }] });
  const asked = { accessKeyId: ann.credentialId };
  const blue = await bench.assume(ann, 'Tagged', { tags: tags({ team: 'blue' }) });
  assert.deepEqual(await bench.sts(blue, 'GetAccessKeyInfo', asked), { account: HOME });
  const red = await bench.assume(ann, 'Tagged', { tags: tags({ team: 'red' }) });
  await assert.rejects(bench.sts(red, 'GetAccessKeyInfo', asked), { code: 'AccessDenied' });
});

test('transitive tags, and no others, are handed down, and cannot be changed', async () => {
  const { bench, ann } = chain();
  const first = await bench.assume(ann, 'R1', {
    tags: tags({ Project: 'x', seat: '4' }),
    transitiveTagKeys: ['project'],
  });
  const second = await bench.assume(first, 'R2', { tags: tags({ seat: '5' }) });
  const project = { key: 'Project', value: 'x' };
  assert.deepEqual(second.session?.tags, [project, { key: 'seat', value: '5' }]);
  const third = await bench.assume(second, 'R3');
  assert.deepEqual(third.session?.tags, [project]);
  const refused = await bench.refusedRole(third, 'R4', { tags: tags({ PROJECT: 'y' }) });
  assert.equal(refused.code, 'Validation');
  assert.match(refused.message, /conflicts with a transitive tag key/);
});

test('a trust policy also judges the tags that a session hands down', async () => {
  const { bench, ann } = chain();
  bench.role('Narrow', trusting(home, { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }));
  bench.role('Fixed', trusting(home, { 'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': ['team'] } }));
  const first = await bench.assume(ann, 'R1', {
    tags: tags({ project: 'x' }),
    transitiveTagKeys: ['project'],
  });
  assert.equal((await bench.refusedRole(first, 'Narrow')).code, 'AccessDenied');
  assert.equal((await bench.refusedRole(first, 'Fixed')).code, 'AccessDenied');
  const team = { tags: tags({ team: 'x' }), transitiveTagKeys: ['team'] };
  await bench.assume(await bench.assume(ann, 'R1', team), 'Narrow');
});

test('tags that AWS would not take are refused', async () => {
  const { bench, ann } = chain();
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, '']));
  const cases = [
    { tags: tags({ team: 'a', TEAM: 'b' }) },
    { tags: tags({ 'aws:team': 'a' }) },
    { tags: tags(many) },
    { tags: tags({ team: 'a' }), transitiveTagKeys: ['other'] },
  ];
  for (const asked of cases) assert.equal((await bench.refusedRole(ann, 'R1', asked)).code, 'Validation');
});

test('whatever is asked for along a chain, what was handed down once stays as it was', async () => {
  const keys = fc.constantFrom('team', 'Team', 'project', 'cost');
  const link = fc.record({
    asked: fc.dictionary(keys, fc.constantFrom('1', '2'), { maxKeys: 3 }),
    transitive: fc.uniqueArray(keys, { maxLength: 2 }),
    sourceIdentity: fc.option(fc.constantFrom('ann', 'bob'), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(link, { minLength: 1, maxLength: 4 }), async (links) => {
      const { bench, ann } = chain();
      let caller: Parameters<StsBench['assume']>[0] = ann;
      const fixed = new Map<string, string>();
      let sourceIdentity: string | undefined;
      for (const [position, one] of links.entries()) {
        const asked = {
          tags: tags(one.asked),
          transitiveTagKeys: one.transitive,
          sourceIdentity: one.sourceIdentity,
        };
        const next = await bench.assume(caller, `R${position + 1}`, asked).catch(() => undefined);
        if (next === undefined) continue;
        caller = next;
        sourceIdentity ??= one.sourceIdentity;
        assert.equal(next.session?.sourceIdentity, sourceIdentity);
        const now = new Map(next.session?.tags.map(({ key, value }) => [key.toLowerCase(), value]));
        for (const [key, value] of fixed) assert.equal(now.get(key), value);
        for (const key of one.transitive) fixed.set(key.toLowerCase(), now.get(key.toLowerCase()) ?? '');
      }
    }),
    { numRuns: 50 },
  );
});
