import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { AuditEvent } from '../../audit/index.ts';
import { place, TestBench } from './service.test-fixture.ts';

const OWNER = {
  Sid: 'Owner',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${place.account}:root` },
  Action: 'kms:*',
  Resource: '*',
};

function warningsOf({ parameters }: AuditEvent): readonly string[] {
  const warnings = parameters?.['warnings'];
  return Array.isArray(warnings) ? warnings.map(String) : [];
}

function policyOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [OWNER, ...statements] });
}

function letIn(sid: string | undefined, principal: unknown): object {
  const statement = { Effect: 'Allow', Principal: principal, Action: 'kms:Decrypt', Resource: '*' };
  return sid === undefined ? statement : { Sid: sid, ...statement };
}

test('what is likely not meant by a policy is on the record of who put it, and does not hinder them', async () => {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  const strangers = [
    letIn('Known', { AWS: [ann.principalArn, place.account] }),
    letIn('Gone', { AWS: `arn:aws:iam::${place.account}:user/gone` }),
    letIn(undefined, { AWS: ['999999999999', 'arn:aws:sts::111122223333:assumed-role/none/x'] }),
    letIn('Everybody', '*'),
  ];
  const policy = policyOf(...strangers);
  const keyId = await bench.createKey(ann, { policy });
  const created = warningsOf(bench.lastEvent());
  await bench.result(ann, 'PutKeyPolicy', { keyId, policy });
  const put = warningsOf(bench.lastEvent());
  assert.deepEqual(created, put);
  assert.deepEqual(
    put.filter((warning) => warning.startsWith('unknown-principal')),
    ['unknown-principal Gone', 'unknown-principal #3'],
  );
  assert.ok(put.includes('wildcard-principal Everybody'));
});

test('of a policy that says what it means there is nothing to say, nor of the one that keys have by themselves', async () => {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  const keyId = await bench.createKey(ann);
  assert.equal(bench.lastEvent().parameters?.['warnings'], undefined);
  await bench.result(ann, 'PutKeyPolicy', {
    keyId,
    policy: policyOf(letIn('Ann', { AWS: ann.principalArn })),
  });
  assert.equal(bench.lastEvent().parameters?.['warnings'], undefined);
});

test('however much is wrong with a policy, the record stays small', async () => {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  const statements = Array.from({ length: 100 }, (_, at) => letIn(`S${at}${'x'.repeat(80)}`, '*'));
  await bench.createKey(ann, { policy: policyOf(...statements) });
  const warnings = warningsOf(bench.lastEvent());
  assert.equal(warnings.length, 32);
  assert.ok(warnings.every((warning) => warning.length < 128));
});
