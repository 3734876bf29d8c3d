import assert from 'node:assert/strict';
import { readWith, type Schema } from '@keywitness/api';
import { kmsOperations, Params, type Result } from '../../core/operations/index.ts';
import type { AdminBench, BenchCaller } from './admin-bench.test-fixture.ts';

/** Performs an operation of KMS. */
export async function kms(
  bench: AdminBench,
  caller: BenchCaller,
  name: string,
  params: object,
): Promise<Result> {
  const operation = kmsOperations.get(name);
  assert.ok(operation !== undefined);
  const { attempt } = bench.request('POST', '/');
  const performed = await bench.service.perform(
    operation,
    attempt,
    { principalArn: caller.arn, credentialId: caller.accessKeyId },
    new Params({ ...params }),
  );
  if (performed.kind === 'refused') throw performed.error;
  return performed.result;
}

/** Makes a key; answers its id. */
export async function newKey(bench: AdminBench, caller: BenchCaller, params: object = {}): Promise<string> {
  const { keyMetadata } = await kms(bench, caller, 'CreateKey', params);
  assert.ok(typeof keyMetadata === 'object' && keyMetadata !== null && 'keyId' in keyMetadata);
  return String(keyMetadata.keyId);
}

/** Reads an answer of the API. */
export async function read<Value>(
  bench: AdminBench,
  target: string,
  caller: BenchCaller,
  schema: Schema<Value>,
): Promise<Value> {
  const answer = await bench.call('GET', target, caller);
  assert.equal(answer.status, 200, answer.text());
  const reading = readWith('the answer', schema, JSON.parse(answer.text()));
  assert.ok(reading.kind === 'read', answer.text());
  return reading.value;
}

/** Makes a user with an access key who may do these things. */
export async function newUser(
  bench: AdminBench,
  admin: BenchCaller,
  name: string,
  actions: readonly string[],
): Promise<BenchCaller> {
  const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }];
  const policy = JSON.stringify({ Version: '2012-10-17', Statement });
  const made = await bench.call('POST', '/v1/principals', admin, { name, type: 'user', policy });
  assert.equal(made.status, 200, made.text());
  const answer = await bench.call('POST', `/v1/principals/${name}/credentials`, admin);
  const accessKeyId = /"accessKeyId":"(\w+)"/.exec(answer.text())?.[1] ?? '';
  return { arn: `arn:aws:iam::111122223333:user/${name}`, accessKeyId };
}
