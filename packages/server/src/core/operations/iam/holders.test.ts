import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { sha256Hex } from '../../crypto/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { at, each, iamArn, IamBench, policyOf, TRUST } from './iam.test-fixture.ts';

function newBench(): IamBench<TestBench> {
  return new IamBench(new TestBench(openMemoryStore()));
}

interface Kind {
  readonly title: string;
  readonly member: string;
  readonly charactersMax: number;
  readonly make: Readonly<Record<string, unknown>>;
}

const KINDS: readonly Kind[] = [
  { title: 'User', member: 'userName', charactersMax: 2048, make: {} },
  { title: 'Group', member: 'groupName', charactersMax: 5120, make: {} },
  { title: 'Role', member: 'roleName', charactersMax: 10_240, make: { assumeRolePolicyDocument: TRUST } },
];
const BUILT_IN = 'arn:aws:iam::aws:policy/keywitness/Auditor';

async function benchWith({ title, member, make }: Kind): Promise<IamBench<TestBench>> {
  const bench = newBench();
  await bench.result(`Create${title}`, { [member]: 'X', ...make });
  return bench;
}

for (const kind of KINDS) {
  const { charactersMax, member, title } = kind;
  const word = title.toLowerCase();
  const x = { [member]: 'X' };

  test(`inline policies of a ${word} are put, read, listed and deleted`, async () => {
    const bench = await benchWith(kind);
    const first = policyOf('Allow', 'kms:Encrypt');
    const second = policyOf('Allow', 'kms:Decrypt');
    await bench.result(`Put${title}Policy`, { ...x, policyDocument: first, policyName: 'b' });
    await bench.result(`Put${title}Policy`, { ...x, policyDocument: first, policyName: 'a' });
    await bench.result(`Put${title}Policy`, { ...x, policyDocument: second, policyName: 'b' });
    const event = bench.lastEvent();
    assert.equal(event.action, `${word}.put-policy`);
    assert.equal(event.parameters?.['policyName'], 'b');
    assert.deepEqual(event.change, {
      after: { loosened: ['action'], policySha256: sha256Hex(second) },
      before: { policySha256: sha256Hex(first) },
    });
    const read = await bench.result(`Get${title}Policy`, { ...x, policyName: 'b' });
    assert.deepEqual(read, { ...x, policyDocument: second, policyName: 'b' });
    assert.deepEqual((await bench.result(`List${title}Policies`, x))['policyNames'], ['a', 'b']);
    await bench.result(`Delete${title}Policy`, { ...x, policyName: 'b' });
    assert.deepEqual((await bench.result(`List${title}Policies`, x))['policyNames'], ['a']);
    for (const name of [`Get${title}Policy`, `Delete${title}Policy`]) {
      const message = `NotFound: The ${word} policy with name b cannot be found.`;
      assert.equal(await bench.refusal(name, { ...x, policyName: 'b' }), message);
    }
  });

  test(`inline policies of a ${word} are limited by their characters, without white space`, async () => {
    const bench = await benchWith(kind);
    const empty = policyOf('Allow', 'kms:', { Sid: '' });
    const exact = empty.replace('"kms:"', `"kms:${'A'.repeat(charactersMax - empty.length)}"`);
    assert.equal(exact.length, charactersMax);
    const put = { ...x, policyDocument: exact, policyName: 'a' };
    await bench.result(`Put${title}Policy`, put);
    if (charactersMax < 10_000) {
      const spaced = exact.replaceAll(',', ',  \n');
      await bench.result(`Put${title}Policy`, { ...put, policyDocument: spaced });
    }
    assert.equal(
      await bench.refusal(`Put${title}Policy`, {
        ...put,
        policyDocument: policyOf('Allow', 'kms:*'),
        policyName: 'b',
      }),
      `LimitExceeded: Maximum policy size of ${charactersMax} bytes exceeded for ${word} X`,
    );
    assert.match(
      await bench.refusal(`Put${title}Policy`, { ...x, policyDocument: '{}', policyName: 'a' }),
      /^MalformedPolicy: /,
    );
  });

  test(`managed policies are attached to a ${word} and detached again`, async () => {
    const bench = await benchWith(kind);
    const own = await bench.policy('Own');
    await bench.result(`Attach${title}Policy`, { ...x, policyArn: own });
    await bench.result(`Attach${title}Policy`, { ...x, policyArn: own });
    await bench.result(`Attach${title}Policy`, { ...x, policyArn: BUILT_IN });
    assert.equal(bench.lastEvent().action, `${word}.attach-policy`);
    assert.deepEqual(bench.lastEvent().change, {
      after: { attached: [own, BUILT_IN], loosened: ['principal'] },
      before: { attached: [own] },
    });
    const listed = await bench.result(`ListAttached${title}Policies`, x);
    assert.deepEqual(listed['attachedPolicies'], [
      { policyArn: BUILT_IN, policyName: 'Auditor' },
      { policyArn: own, policyName: 'Own' },
    ]);
    const under = await bench.result(`ListAttached${title}Policies`, { ...x, pathPrefix: '/keywitness/' });
    assert.deepEqual(each(under['attachedPolicies'], 'policyArn'), [BUILT_IN]);
    await bench.result(`Detach${title}Policy`, { ...x, policyArn: own });
    assert.equal(
      await bench.refusal(`Detach${title}Policy`, { ...x, policyArn: own }),
      `NotFound: Policy ${own} was not found.`,
    );
    const missing = iamArn('policy/Missing');
    assert.equal(
      await bench.refusal(`Attach${title}Policy`, { ...x, policyArn: missing }),
      `NotFound: Policy ${missing} does not exist or is not attachable.`,
    );
    assert.equal(
      await bench.code(`Attach${title}Policy`, { ...x, policyArn: 'arn:nonsense' }),
      'InvalidInput',
    );
  });

  test(`ten managed policies are attached to a ${word} at most`, async () => {
    const bench = await benchWith(kind);
    for (let index = 0; index < 10; index += 1) {
      const policyArn = await bench.policy(`P${index}`);
      await bench.result(`Attach${title}Policy`, { ...x, policyArn });
    }
    assert.equal(
      await bench.refusal(`Attach${title}Policy`, { ...x, policyArn: BUILT_IN }),
      `LimitExceeded: Cannot exceed quota for PoliciesPer${title}: 10`,
    );
  });

  test(`who may attach one policy to a ${word} may attach no other`, async () => {
    const bench = await benchWith(kind);
    const harmless = await bench.policy('Harmless');
    const clerk = await bench.user('clerk');
    await bench.result('PutUserPolicy', {
      policyDocument: policyOf('Allow', `iam:*tach${title}Policy`, {
        Condition: { ArnEquals: { 'iam:PolicyARN': harmless } },
      }),
      policyName: 'clerk',
      userName: 'clerk',
    });
    const administrator = 'arn:aws:iam::aws:policy/keywitness/Administrator';
    const attach = { ...x, policyArn: administrator };
    assert.equal(await bench.code(`Attach${title}Policy`, attach, clerk), 'AccessDenied');
    await bench.result(`Attach${title}Policy`, { ...x, policyArn: harmless }, clerk);
    await bench.result(`Detach${title}Policy`, { ...x, policyArn: harmless }, clerk);
  });
}

for (const { make, member, title } of KINDS.filter((kind) => kind.title !== 'Group')) {
  const word = title.toLowerCase();
  const x = { [member]: 'X' };

  test(`a ${word} gets a permissions boundary and loses it`, async () => {
    const bench = await benchWith({ charactersMax: 0, make, member, title });
    const boundary = await bench.policy('Limit');
    await bench.result(`Put${title}PermissionsBoundary`, { ...x, permissionsBoundary: boundary });
    assert.equal(bench.lastEvent().action, `${word}.put-boundary`);
    assert.equal(
      at(await bench.result(`Get${title}`, x), word, 'permissionsBoundary', 'permissionsBoundaryArn'),
      boundary,
    );
    assert.equal(await bench.code('DeletePolicy', { policyArn: boundary }), 'DeleteConflict');
    await bench.result(`Delete${title}PermissionsBoundary`, x);
    assert.deepEqual(bench.lastEvent().change, {
      after: { loosened: ['boundary-removed'] },
      before: { boundary },
    });
    assert.equal(at(await bench.result(`Get${title}`, x), word, 'permissionsBoundary'), undefined);
    assert.equal(await bench.code(`Delete${title}PermissionsBoundary`, x), 'NotFound');
  });

  test(`who may give a ${word} one boundary cannot exchange it for another, nor act on who has none`, async () => {
    const bench = await benchWith({ charactersMax: 0, make, member, title });
    const boundary = await bench.policy('Limit');
    const other = await bench.policy('Other');
    const clerk = await bench.user('clerk');
    await bench.result('PutUserPolicy', {
      policyDocument: policyOf('Allow', 'iam:*', {
        Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
      }),
      policyName: 'clerk',
      userName: 'clerk',
    });
    const put = { ...x, policyDocument: policyOf('Allow', '*'), policyName: 'all' };
    assert.equal(await bench.code(`Put${title}Policy`, put, clerk), 'AccessDenied');
    const exchange = { ...x, permissionsBoundary: other };
    assert.equal(await bench.code(`Put${title}PermissionsBoundary`, exchange, clerk), 'AccessDenied');
    await bench.result(`Put${title}PermissionsBoundary`, { ...x, permissionsBoundary: boundary }, clerk);
    await bench.result(`Put${title}Policy`, put, clerk);
    await bench.result(`Delete${title}PermissionsBoundary`, x, clerk);
    assert.equal(
      await bench.code(`Delete${title}Policy`, { ...x, policyName: 'all' }, clerk),
      'AccessDenied',
    );
  });
}

test('what is likely not meant by a policy is noted, and stops nobody', async () => {
  const bench = newBench();
  const wide = JSON.stringify({
    Version: '2008-10-17',
    Statement: [{ Effect: 'Allow', NotAction: 'kms:Decrypt', Resource: '*' }],
  });
  await bench.result('PutUserPolicy', { policyDocument: wide, policyName: 'wide', userName: 'admin' });
  const warnings = bench.lastEvent().parameters?.['warnings'];
  assert.ok(Array.isArray(warnings));
  assert.ok(warnings.includes('not-action-allow #0'), warnings.join());
  assert.equal(new Set(warnings).size, warnings.length);
});
