import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../stores/memory/index.ts';
import {
  type Caller,
  deleteGuardrail,
  iamOperations,
  kmsOperations,
  type Operation,
  putGuardrail,
  putPrincipalPolicy,
} from './index.ts';
import { TestBench } from './kms/service.test-fixture.ts';
import { Params } from './params.ts';

const DECRYPT = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'arn:aws:kms:*:*:key/1' };
const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' };
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/keywitness/Administrator';

const text = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement });

interface Scene {
  readonly bench: TestBench;
  readonly admin: Caller;
  /** Performs an operation, and answers what its event says of how a policy was loosened. */
  readonly loosened: (
    operation: Operation | undefined,
    params: Readonly<Record<string, unknown>>,
  ) => Promise<unknown>;
}

function newScene(): Scene {
  const bench = new TestBench(openMemoryStore());
  const admin = bench.addUser('root');
  bench.addUser('bob', []);
  bench.addAccount('444455556666');
  return {
    bench,
    admin,
    async loosened(operation, params) {
      assert(operation);
      const performed = await bench.service.perform(
        operation,
        bench.request(operation.name),
        admin,
        new Params(params),
      );
      assert.equal(performed.kind, 'released', JSON.stringify(performed));
      return bench.events().at(-1)?.change?.after?.['loosened'];
    },
  };
}

test('putting the policy of a key tells who is let in more', async () => {
  const { admin, bench, loosened } = newScene();
  const keyId = await bench.createKey(admin);
  const own = { ...EVERYTHING, Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*' };
  const put = kmsOperations.get('PutKeyPolicy');
  assert.equal(await loosened(put, { keyId, policy: text(own) }), undefined);
  const policy = text(own, { ...DECRYPT, Principal: '*', Resource: '*' });
  assert.deepEqual(await loosened(put, { keyId, policy }), ['principal', 'any-principal']);
  assert.equal(await loosened(put, { keyId, policy: text(own) }), undefined);
});

test('policies of identities tell it, whichever way they are put', async () => {
  const { loosened } = newScene();
  const put = iamOperations.get('PutUserPolicy');
  const names = { userName: 'bob', policyName: 'work' };
  assert.deepEqual(await loosened(put, { ...names, policyDocument: text(DECRYPT) }), ['principal']);
  assert.equal(await loosened(put, { ...names, policyDocument: text(DECRYPT) }), undefined);
  const denying = text(EVERYTHING, { ...DECRYPT, Effect: 'Deny' });
  assert.deepEqual(await loosened(put, { ...names, policyDocument: denying }), ['action', 'wildcard-action']);
  assert.deepEqual(await loosened(iamOperations.get('DeleteUserPolicy'), names), ['deny-removed']);
  const own = { principalName: 'bob', policyName: 'more', document: text(DECRYPT) };
  assert.deepEqual(await loosened(putPrincipalPolicy, own), ['principal']);
});

test('attaching a policy tells what it gives, and detaching one what it denied', async () => {
  const { loosened } = newScene();
  const ends = { userName: 'bob', policyArn: ADMINISTRATOR };
  const attach = iamOperations.get('AttachUserPolicy');
  assert.deepEqual(await loosened(attach, ends), ['principal', 'wildcard-action']);
  assert.equal(await loosened(attach, ends), undefined, 'it was attached already');
  const auditor = { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/keywitness/Auditor' };
  await loosened(attach, auditor);
  assert.deepEqual(await loosened(iamOperations.get('DetachUserPolicy'), auditor), ['deny-removed']);
});

test('a boundary that is taken away, and guardrails that are loosened', async () => {
  const { loosened } = newScene();
  const boundary = { userName: 'bob', permissionsBoundary: ADMINISTRATOR };
  await loosened(iamOperations.get('PutUserPermissionsBoundary'), boundary);
  const taken = await loosened(iamOperations.get('DeleteUserPermissionsBoundary'), { userName: 'bob' });
  assert.deepEqual(taken, ['boundary-removed']);
  const guardrail = { accountId: '444455556666', guardrailName: 'limits' };
  await loosened(putGuardrail, { ...guardrail, document: text(EVERYTHING, { ...DECRYPT, Effect: 'Deny' }) });
  assert.deepEqual(await loosened(deleteGuardrail, guardrail), ['deny-removed']);
});
