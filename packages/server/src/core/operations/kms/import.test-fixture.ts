import assert from 'node:assert/strict';
import {
  type Caller,
  deleteExpiredKeyMaterial,
  type Operation,
  Params,
  reportRotationOverdue,
  type Result,
  rotateKey,
  rotationsDue,
  rotationsOverdue,
  systemCaller,
} from '../index.ts';
import type { TestBench } from './service.test-fixture.ts';

/** Gets a wrapping key and wraps material under it: what ImportKeyMaterial is asked with. */
export async function wrappedMaterial(
  bench: TestBench,
  caller: Caller,
  keyId: string,
  material: Uint8Array,
): Promise<Readonly<Record<string, unknown>>> {
  const { importToken, publicKey } = await bench.result(caller, 'GetParametersForImport', {
    keyId,
    wrappingAlgorithm: 'RSAES_OAEP_SHA_256',
    wrappingKeySpec: 'RSA_2048',
  });
  assert.ok(publicKey instanceof Uint8Array);
  return {
    keyId,
    importToken,
    encryptedKeyMaterial: await wrapMaterial(publicKey, material),
    expirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
  };
}

/** Wraps as a client does, with another implementation than ours. */
export async function wrapMaterial(publicKey: Uint8Array, material: Uint8Array): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto;
  const name = 'RSA-OAEP';
  const key = await subtle.importKey('spki', Uint8Array.from(publicKey), { name, hash: 'SHA-256' }, false, [
    'encrypt',
  ]);
  return new Uint8Array(await subtle.encrypt({ name }, key, Uint8Array.from(material)));
}

/** Imports material that does not expire, unless the test says more. */
export async function importInto(
  bench: TestBench,
  caller: Caller,
  keyId: string,
  material: Uint8Array,
  more: object = {},
): Promise<Result> {
  const wrapped = await wrappedMaterial(bench, caller, keyId, material);
  return bench.result(caller, 'ImportKeyMaterial', { ...wrapped, ...more });
}

/** Does what is due until nothing is, as the scheduler does from one look to the next. */
export async function sweepKeys(bench: TestBench): Promise<void> {
  const { keyNames } = bench.replica;
  const { nowMs } = bench;
  // One act deletes one material: a key with two that expired is due twice.
  for (
    let due = keyNames.withExpiredMaterial(nowMs);
    due.length > 0;
    due = keyNames.withExpiredMaterial(nowMs)
  ) {
    for (const id of due) await act(bench, deleteExpiredKeyMaterial, id);
  }
  for (const id of rotationsDue(bench.replica, nowMs)) await act(bench, rotateKey, id);
  for (const id of rotationsOverdue(bench.replica, nowMs)) await act(bench, reportRotationOverdue, id);
}

async function act(bench: TestBench, operation: Operation, keyId: string): Promise<void> {
  const { protocol, ...request } = bench.request(operation.name);
  const own = { ...request, protocol: { ...protocol, front: 'internal' as const, service: 'keywitness' } };
  const performed = await bench.service.perform(operation, own, systemCaller, new Params({ keyId }));
  assert.equal(performed.kind, 'released', operation.name);
}
