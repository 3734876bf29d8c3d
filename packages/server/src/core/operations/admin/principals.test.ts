import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { Caller } from '../caller.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { Params } from '../params.ts';
import {
  createCredential,
  createPrincipal,
  deletePrincipalPolicy,
  disablePrincipal,
  enablePrincipal,
  getPrincipal,
  listPrincipals,
  putPrincipalPolicy,
} from './index.ts';
import { administrator, allow, itemsOf, newCaller, refusal, released } from './outcomes.test-fixture.ts';

const ann = 'arn:aws:iam::111122223333:user/ann';

async function newBench(): Promise<{ readonly bench: TestBench; readonly admin: Caller }> {
  const bench = new TestBench(openMemoryStore());
  return { bench, admin: await administrator(bench) };
}

test('a principal is created, read and listed, and the record names the policy by its hash', async () => {
  const { bench, admin } = await newBench();
  const created = await released(bench, admin, createPrincipal, {
    name: 'ann',
    type: 'user',
    policy: allow('kms:Decrypt'),
  });
  assert.equal(created['arn'], ann);
  assert.match(String(created['uniqueId']), /^AIDA[A-Z2-7]{16}$/);
  assert.deepEqual(created['policyNames'], ['default']);
  const event = bench.lastEvent();
  assert.equal(event.action, 'principal.create');
  assert.deepEqual(event.parameters, { principal: ann, type: 'user' });
  assert.match(JSON.stringify(event.change), /"policySha256":"[0-9a-f]{64}"/);
  const { warnings, ...known } = created;
  assert.match(JSON.stringify(warnings), /"wildcard-resource"/);
  assert.deepEqual(await released(bench, admin, getPrincipal, { principalName: 'ann' }), known);
  const [, listed] = itemsOf(await released(bench, admin, listPrincipals), 'principals');
  assert.equal(listed?.text('arn'), ann);
  assert.equal(listed.has('policies'), false);
});

test('a name is taken once, whatever the type', async () => {
  const { bench, admin } = await newBench();
  await released(bench, admin, createPrincipal, { name: 'ann', type: 'user' });
  assert.equal(
    await refusal(bench, admin, createPrincipal, { name: 'ann', type: 'service' }),
    'AlreadyExists',
  );
});

test('a policy that cannot be read is refused with the reason, and changes nothing', async () => {
  const { bench, admin } = await newBench();
  const policy = '{"Version":"2012-10-17"}';
  assert.equal(
    await refusal(bench, admin, createPrincipal, { name: 'ann', type: 'user', policy }),
    'MalformedPolicy',
  );
  assert.match(bench.lastEvent().error?.message ?? '', /Statement/);
  assert.equal(await refusal(bench, admin, getPrincipal, { principalName: 'ann' }), 'NotFound');
});

test('without a permission every operation is denied, and the record says which was missing', async () => {
  const { bench, admin } = await newBench();
  const nobody = await newCaller(bench, admin, 'nobody');
  const target = { principalName: 'ann', policyName: 'p', document: allow('*'), name: 'ann', type: 'user' };
  const operations = [
    createPrincipal,
    listPrincipals,
    getPrincipal,
    disablePrincipal,
    enablePrincipal,
    putPrincipalPolicy,
    deletePrincipalPolicy,
    createCredential,
  ];
  for (const operation of operations) {
    assert.equal(await refusal(bench, nobody, operation, target), 'AccessDenied');
    const event = bench.lastEvent();
    assert.equal(event.outcome, 'denied');
    assert.equal(event.decisions?.at(-1)?.permission, `keywitness:${operation.name}`);
  }
});

test('a permission on one principal is none on another', async () => {
  const { bench, admin } = await newBench();
  const clerk = await newCaller(bench, admin, 'clerk', allow('keywitness:DisablePrincipal', ann));
  await released(bench, admin, createPrincipal, { name: 'ann', type: 'user' });
  await released(bench, admin, createPrincipal, { name: 'bob', type: 'user' });
  await released(bench, clerk, disablePrincipal, { principalName: 'ann' });
  assert.equal(await refusal(bench, clerk, disablePrincipal, { principalName: 'bob' }), 'AccessDenied');
});

test('a disabled principal is refused from then on, and accepted again once it is enabled', async () => {
  const { bench, admin } = await newBench();
  const caller = await newCaller(bench, admin, 'ann', allow('*'));
  await released(bench, admin, disablePrincipal, { principalName: 'ann' });
  assert.deepEqual(bench.lastEvent().change, { before: { disabled: false }, after: { disabled: true } });
  assert.equal(await refusal(bench, caller, listPrincipals, {}), 'CredentialInvalid');
  await released(bench, admin, enablePrincipal, { principalName: 'ann' });
  await released(bench, caller, listPrincipals);
});

test('a policy takes effect when it is attached and ends when it is removed', async () => {
  const { bench, admin } = await newBench();
  const caller = await newCaller(bench, admin, 'ann');
  const policy = { principalName: 'ann', policyName: 'reader' };
  assert.equal(await refusal(bench, caller, listPrincipals, {}), 'AccessDenied');
  await released(bench, admin, putPrincipalPolicy, {
    ...policy,
    document: allow('keywitness:ListPrincipals'),
  });
  const first = bench.lastEvent().change;
  assert.equal(first?.before, undefined);
  await released(bench, caller, listPrincipals);
  assert.equal(bench.lastEvent().decisions?.[0]?.policy, 'reader');
  await released(bench, admin, putPrincipalPolicy, { ...policy, document: allow('kms:ListKeys') });
  assert.deepEqual(first?.after?.['warnings'], ['wildcard-resource Granted']);
  assert.equal(bench.lastEvent().change?.before?.['policySha256'], first?.after?.['policySha256']);
  assert.equal(await refusal(bench, caller, listPrincipals, {}), 'AccessDenied');
  await released(bench, admin, deletePrincipalPolicy, policy);
  assert.equal(await refusal(bench, admin, deletePrincipalPolicy, policy), 'NotFound');
});

test('a principal has at most ten policies', async () => {
  const { bench, admin } = await newBench();
  await released(bench, admin, createPrincipal, { name: 'ann', type: 'user' });
  const put = (policyName: string): object => ({
    principalName: 'ann',
    policyName,
    document: allow('kms:ListKeys'),
  });
  for (let count = 0; count < 10; count += 1) {
    await released(bench, admin, putPrincipalPolicy, put(`p${count}`));
  }
  assert.equal(await refusal(bench, admin, putPrincipalPolicy, put('one-more')), 'LimitExceeded');
  await released(bench, admin, putPrincipalPolicy, put('p3'));
});

test('nobody is locked out by their own hand, unless they insist', async () => {
  const { bench, admin } = await newBench();
  const own = { principalName: 'admin', policyName: 'Administrator' };
  assert.equal(await refusal(bench, admin, disablePrincipal, own), 'InvalidState');
  assert.equal(await refusal(bench, admin, deletePrincipalPolicy, own), 'InvalidState');
  const weaker = { ...own, document: allow('keywitness:ListPrincipals') };
  assert.equal(await refusal(bench, admin, putPrincipalPolicy, weaker), 'InvalidState');
  await released(bench, admin, putPrincipalPolicy, {
    ...own,
    document: allow('keywitness:PutPrincipalPolicy'),
  });
  await released(bench, admin, putPrincipalPolicy, { ...weaker, force: true });
  assert.equal(bench.lastEvent().parameters?.['force'], true);
  assert.equal(await refusal(bench, admin, disablePrincipal, own), 'AccessDenied');
});

test('any sizes of page list every principal once, in order', async () => {
  const { bench, admin } = await newBench();
  const names = ['eve', 'bob', 'ann', 'dan', 'cat'];
  for (const name of names) await released(bench, admin, createPrincipal, { name, type: 'user' });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 9 }), async (limit) => {
      const seen: string[] = [];
      let marker: string | undefined;
      do {
        const page = await released(bench, admin, listPrincipals, { limit, marker });
        seen.push(...itemsOf(page, 'principals').map((item) => item.text('name')));
        marker = new Params(page).optionalText('next');
      } while (marker !== undefined);
      assert.deepEqual(seen, ['admin', ...names.toSorted()]);
    }),
    { numRuns: 9 },
  );
});

test('who may create principals but not set policies cannot create one with a policy', async () => {
  const { bench, admin } = await newBench();
  const clerk = await newCaller(bench, admin, 'clerk', allow('keywitness:Create*'));
  const mighty = { name: 'ann', type: 'user', policy: allow('*') };
  assert.equal(await refusal(bench, clerk, createPrincipal, mighty), 'AccessDenied');
  assert.equal(bench.lastEvent().decisions?.at(-1)?.permission, 'keywitness:PutPrincipalPolicy');
  assert.equal(await refusal(bench, admin, getPrincipal, { principalName: 'ann' }), 'NotFound');
  await released(bench, clerk, createPrincipal, { name: 'ann', type: 'user' });
});

test('a principal with a stored policy that cannot be read may do nothing until it is replaced', async () => {
  const store = openMemoryStore();
  const admin = await administrator(new TestBench(store));
  const caller = await newCaller(new TestBench(store), admin, 'ann', allow('*'));
  const known = new TestBench(store).replica.principals.get(ann)?.record;
  assert.ok(known !== undefined);
  const policies = [...known.policies, { name: 'torn', document: '{"Version":"2031-01-01"}' }];
  const writes = [{ subject: `principal:${ann}`, record: JSON.stringify({ ...known, policies }) }];
  store.commit([{ judgedAt: 0, reads: [], writes, entry: Buffer.from('set up by a test') }]);
  const bench = new TestBench(store);
  assert.equal(await refusal(bench, caller, listPrincipals, {}), 'AccessDenied');
  const [decision] = bench.lastEvent().decisions ?? [];
  assert.equal(decision?.effect, 'explicit-deny');
  assert.equal(decision.policy, 'torn');
  assert.equal(decision.statement, 'unreadable policy');
  const own = { principalName: 'ann', policyName: 'torn' };
  assert.equal(await refusal(bench, caller, deletePrincipalPolicy, own), 'AccessDenied');
  await released(bench, admin, deletePrincipalPolicy, own);
  await released(bench, caller, listPrincipals);
});
