import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { sha256Hex } from '../../crypto/index.ts';
import type { ManagedPolicyRecord } from '../../identity/index.ts';
import { listCredentials, listPrincipals } from '../admin/index.ts';
import {
  allowing,
  HOME,
  OTHER,
  policyArns,
  policyOf,
  StsBench,
  tags,
  trusting,
  userArn,
} from './sts.test-fixture.ts';

function newStsBench(): StsBench {
  const store = openMemoryStore();
  return new StsBench(store, new TestBench(store));
}

const READER = 'arn:aws:iam::aws:policy/keywitness/Auditor';

function newBench(): { readonly bench: StsBench; readonly ann: ReturnType<StsBench['user']> } {
  const bench = newStsBench();
  const ann = bench.user('ann');
  bench.role('Admin', trusting(userArn('ann')), {
    policies: [{ name: 'own', document: allowing('keywitness:*') }],
  });
  return { bench, ann };
}

function managed(bench: StsBench, name: string, document: string, account: string = HOME): string {
  const arn = `arn:aws:iam::${account}:policy/${name}`;
  const record: ManagedPolicyRecord = {
    arn,
    account,
    name,
    path: '/',
    uniqueId: 'ANPA',
    description: '',
    createdAtMs: 0,
    updatedAtMs: 0,
    versions: [{ id: 'v1', document, createdAtMs: 0 }],
    defaultVersionId: 'v1',
    lastVersion: 1,
    tags: [],
  };
  bench.put(`policy:${arn}`, record);
  return arn;
}

test('a session may do what both its role and its session policies allow', async () => {
  const { bench, ann } = newBench();
  const session = await bench.assume(ann, 'Admin', {
    policy: allowing('keywitness:ListPrincipals', 'sts:GetAccessKeyInfo'),
  });
  await bench.released(session, listPrincipals);
  assert.equal((await bench.refused(session, listCredentials)).code, 'AccessDenied');
  assert.equal(bench.bench.lastEvent().decisions?.[0]?.policyKind, 'session policy');
  await assert.rejects(bench.sts(session, 'GetAccessKeyInfo', { accessKeyId: ann.credentialId }), {
    code: 'AccessDenied',
  });
  assert.equal(bench.bench.lastEvent().decisions?.[0]?.policyKind, 'identity-based');
});

test('managed session policies limit as the inline one does, and what any denies is denied', async () => {
  const { bench, ann } = newBench();
  const denying = managed(
    bench,
    'no-list',
    policyOf({ Effect: 'Deny', Action: 'keywitness:ListPrincipals', Resource: '*' }),
  );
  const builtIn = await bench.assume(ann, 'Admin', { policyArns: policyArns(READER) });
  await bench.released(builtIn, listPrincipals);
  const both = await bench.assume(ann, 'Admin', {
    policy: allowing('*'),
    policyArns: policyArns(denying),
  });
  assert.equal((await bench.refused(both, listPrincipals)).code, 'AccessDenied');
  await bench.released(both, listCredentials);
});

test('the record has the hash of the inline session policy, under which its text is kept', async () => {
  const { bench, ann } = newBench();
  const policy = allowing('keywitness:ListPrincipals');
  await bench.assume(ann, 'Admin', { policy, policyArns: policyArns(READER) });
  const { parameters } = bench.bench.lastEvent();
  assert.deepEqual(parameters?.['policyArns'], [READER]);
  const kept = bench.store.load().changes.find(({ subject }) => subject === `document:${sha256Hex(policy)}`);
  assert.equal(parameters?.['policySha256'], sha256Hex(policy));
  assert.equal(kept?.record, policy);
});

test('a policy that cannot be read, is too long, too many or of another account is refused', async () => {
  const { bench, ann } = newBench();
  const foreign = managed(bench, 'foreign', allowing('*'), OTHER);
  const long = `${allowing('kms:Decrypt')}${' '.repeat(2048)}`;
  const cases = [
    [{ policy: '{"Version":"2012-10-17"}' }, 'MalformedPolicy'],
    [{ policy: trusting('*') }, 'MalformedPolicy'],
    [{ policy: long }, 'PolicyTooLarge'],
    [{ policyArns: policyArns(...Array.from({ length: 11 }, () => READER)) }, 'Validation'],
    [{ policyArns: policyArns(foreign) }, 'Validation'],
    [{ policyArns: policyArns(`arn:aws:iam::${HOME}:policy/none`) }, 'Validation'],
  ] as const;
  for (const [asked, code] of cases) {
    assert.equal((await bench.refusedRole(ann, 'Admin', asked)).code, code, JSON.stringify(asked));
  }
});

test('whoever may not assume a role does not learn which policies its account has', async () => {
  const { bench } = newBench();
  const bob = bench.user('bob');
  const asked = { policyArns: policyArns(`arn:aws:iam::${HOME}:policy/none`) };
  assert.equal((await bench.refusedRole(bob, 'Admin', asked)).code, 'AccessDenied');
});

test('a session policy that is deleted denies everything from then on', async () => {
  const { bench, ann } = newBench();
  const arn = managed(bench, 'all', allowing('*'));
  const session = await bench.assume(ann, 'Admin', { policyArns: policyArns(arn) });
  await bench.released(session, listPrincipals);
  bench.put(`policy:${arn}`, null);
  assert.equal((await bench.refused(session, listPrincipals)).code, 'AccessDenied');
});

test('the packed size grows with policies and tags up to the room that there is', async () => {
  const { bench, ann } = newBench();
  const size = async (asked: object): Promise<number> =>
    Number((await bench.assume(ann, 'Admin', { ...asked })).result['packedPolicySize']);
  const small = await size({ tags: tags({ team: 'blue' }) });
  const larger = await size({ tags: tags({ team: 'blue' }), policy: allowing('kms:Decrypt') });
  assert.ok(small >= 1 && larger > small && larger <= 100);
  const full = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`t${index}`, 'v'.repeat(256)]));
  const refused = await bench.refusedRole(ann, 'Admin', { tags: tags(full) });
  assert.equal(refused.code, 'PolicyTooLarge');
  assert.match(
    refused.message,
    /^Packed size of session tags and policies consumes 1\d\d% of allotted space\.$/,
  );
});

test('the largest token still fits into the headers of a request', async () => {
  const { bench, ann } = newBench();
  let tail = 0;
  let longest = '';
  for (let length = 1; length <= 12; length += 1) {
    const values = Object.fromEntries(
      Array.from({ length }, (_, index) => [`tag-number-${index}`, 'é'.repeat(128)]),
    );
    const session = await bench.assume(ann, 'Admin', { tags: tags(values) }).catch(() => undefined);
    if (session === undefined) break;
    tail = Number(session.result['packedPolicySize']);
    longest = session.sessionToken;
  }
  assert.ok(tail > 85, `${tail}`);
  assert.ok(longest.length < 12_000, `${longest.length}`);
});
