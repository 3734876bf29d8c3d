import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { cloudTrailRecord } from '../../audit/cloudtrail/index.ts';
import { wrapMaterial } from '../../crypto/algorithms/wrapping.test-fixture.ts';
import { importInto, sweepKeys, wrappedMaterial } from './import.test-fixture.ts';
import { bytesOf, keyArnOf, KindBench } from './key-kinds.test-fixture.ts';
import { place } from './service.test-fixture.ts';

const DAY_MS = 86_400_000;
const FIRST = Buffer.alloc(32, 1);
const SECOND = Buffer.alloc(32, 2);
const SYMMETRIC = { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' } as const;
const PLAINTEXT = Buffer.from('hello');

async function newScene(): Promise<{ readonly kinds: KindBench; readonly keyId: string }> {
  const kinds = new KindBench(openMemoryStore());
  return { kinds, keyId: await kinds.key(SYMMETRIC, { origin: 'EXTERNAL' }) };
}

function importing(
  kinds: KindBench,
  keyId: string,
  material: Uint8Array,
  more: object = {},
): Promise<unknown> {
  return importInto(kinds.bench, kinds.ann, keyId, material, more);
}

/** Code and message of an import that must be refused. */
async function refused(
  kinds: KindBench,
  keyId: string,
  material: Uint8Array,
  more: object,
): Promise<readonly [string, string]> {
  const wrapped = await wrappedMaterial(kinds.bench, kinds.ann, keyId, material);
  return kinds.refused('ImportKeyMaterial', { ...wrapped, ...more });
}

async function materialsOf(kinds: KindBench, keyId: string): Promise<readonly string[]> {
  const { rotations } = await kinds.run('ListKeyRotations', {
    keyId,
    includeKeyMaterial: 'ALL_KEY_MATERIAL',
  });
  assert.ok(Array.isArray(rotations));
  const entries: readonly object[] = rotations;
  return entries.map((entry) => {
    const { importState, keyMaterialState } = { importState: '', keyMaterialState: '', ...entry };
    return `${keyMaterialState} ${importState}`;
  });
}

async function stateOf(kinds: KindBench, keyId: string): Promise<unknown> {
  return (await kinds.metadata(keyId))['keyState'];
}

async function encrypted(kinds: KindBench, keyId: string): Promise<Buffer> {
  return bytesOf(await kinds.run('Encrypt', { keyId, plaintext: PLAINTEXT }), 'ciphertextBlob');
}

test('material is imported, used, deleted, and imported again', async () => {
  const { keyId, kinds } = await newScene();
  assert.equal(await stateOf(kinds, keyId), 'PendingImport');
  const imported = await importInto(kinds.bench, kinds.ann, keyId, FIRST);
  const keyMaterialId = imported['keyMaterialId'];
  assert.deepEqual(imported, { keyId: keyArnOf(keyId), keyMaterialId });
  assert.equal(await stateOf(kinds, keyId), 'Enabled');
  const ciphertextBlob = await encrypted(kinds, keyId);
  const deleted = await kinds.run('DeleteImportedKeyMaterial', { keyId });
  assert.deepEqual(deleted, { keyId: keyArnOf(keyId), keyMaterialId });
  assert.deepEqual(
    kinds.bench.replica.keys.get(keyId)?.record.materials.map(({ sealed }) => sealed),
    [''],
  );
  assert.deepEqual(await kinds.refused('Decrypt', { ciphertextBlob }), [
    'InvalidState',
    `${keyArnOf(keyId)} is pending import.`,
  ]);
  assert.deepEqual(await materialsOf(kinds, keyId), ['CURRENT PENDING_IMPORT']);
  assert.deepEqual(await kinds.run('DeleteImportedKeyMaterial', { keyId }), deleted);
  const again = await importInto(kinds.bench, kinds.ann, keyId, FIRST);
  assert.deepEqual(again, imported);
  assert.deepEqual(bytesOf(await kinds.run('Decrypt', { ciphertextBlob }), 'plaintext'), PLAINTEXT);
});

test('only the same material is imported again', async () => {
  const { keyId, kinds } = await newScene();
  await importing(kinds, keyId, FIRST);
  await kinds.run('DeleteImportedKeyMaterial', { keyId });
  const [code] = await refused(kinds, keyId, SECOND, {});
  assert.equal(code, 'IncorrectKeyMaterial');
  const [known] = await refused(kinds, keyId, FIRST, { importType: 'NEW_KEY_MATERIAL' });
  assert.equal(known, 'IncorrectKeyMaterial');
  const keyMaterialId = '0'.repeat(64);
  const [other] = await refused(kinds, keyId, FIRST, { keyMaterialId });
  assert.equal(other, 'IncorrectKeyMaterial');
  const [both] = await refused(kinds, keyId, FIRST, { keyMaterialId, importType: 'NEW_KEY_MATERIAL' });
  assert.equal(both, 'Validation');
  const [missing] = await kinds.refused('DeleteImportedKeyMaterial', { keyId, keyMaterialId });
  assert.equal(missing, 'NotFound');
});

test('the next material waits for a rotation, and every material that ever encrypted is needed', async () => {
  const { keyId, kinds } = await newScene();
  await importing(kinds, keyId, FIRST, { keyMaterialDescription: 'one' });
  const before = await encrypted(kinds, keyId);
  await importing(kinds, keyId, SECOND, { importType: 'NEW_KEY_MATERIAL' });
  assert.deepEqual(await materialsOf(kinds, keyId), ['CURRENT IMPORTED', 'PENDING_ROTATION IMPORTED']);
  const third = Buffer.alloc(32, 3);
  const [code, message] = await refused(kinds, keyId, third, { importType: 'NEW_KEY_MATERIAL' });
  assert.equal(code, 'InvalidState');
  assert.match(
    message,
    /cannot be imported into KMS key .*, because another key material \(id: [0-9a-f]{64}\) is pending rotation\.$/,
  );
  await kinds.run('RotateKeyOnDemand', { keyId });
  await sweepKeys(kinds.bench);
  assert.deepEqual(await materialsOf(kinds, keyId), ['NON_CURRENT IMPORTED', 'CURRENT IMPORTED']);
  const after = await encrypted(kinds, keyId);
  const [one] = kinds.bench.replica.keys.get(keyId)?.record.materials ?? [];
  await kinds.run('DeleteImportedKeyMaterial', { keyId, keyMaterialId: one?.id });
  assert.equal(await stateOf(kinds, keyId), 'PendingImport');
  for (const ciphertextBlob of [before, after]) {
    assert.equal((await kinds.refused('Decrypt', { ciphertextBlob }))[0], 'InvalidState');
  }
  await importing(kinds, keyId, FIRST);
  for (const ciphertextBlob of [before, after]) {
    assert.deepEqual(bytesOf(await kinds.run('Decrypt', { ciphertextBlob }), 'plaintext'), PLAINTEXT);
  }
  const [kept] = kinds.bench.replica.keys.get(keyId)?.record.materials ?? [];
  assert.equal(kept?.description, 'one', 'a description is kept when no other is given');
});

test('material that waits is gone for good when it is deleted, and with it the rotation in progress', async () => {
  const { keyId, kinds } = await newScene();
  await importing(kinds, keyId, FIRST);
  await importing(kinds, keyId, SECOND, { importType: 'NEW_KEY_MATERIAL' });
  const pending = kinds.bench.replica.keys.get(keyId)?.record.materials[1];
  await kinds.run('RotateKeyOnDemand', { keyId });
  await kinds.run('DeleteImportedKeyMaterial', { keyId, keyMaterialId: pending?.id });
  assert.deepEqual(await materialsOf(kinds, keyId), ['CURRENT IMPORTED']);
  assert.equal(await stateOf(kinds, keyId), 'Enabled');
  const count = kinds.bench.events().length;
  await sweepKeys(kinds.bench);
  assert.equal(kinds.bench.events().length, count);
  await importing(kinds, keyId, Buffer.alloc(32, 3), { importType: 'NEW_KEY_MATERIAL' });
});

test('material that has expired is used no more, and leaves the store by an act of the service', async () => {
  const { keyId, kinds } = await newScene();
  const validTo = kinds.bench.nowMs + DAY_MS;
  await importing(kinds, keyId, FIRST, { expirationModel: 'KEY_MATERIAL_EXPIRES', validTo });
  const metadata = await kinds.metadata(keyId);
  assert.deepEqual([metadata['expirationModel'], metadata['validTo']], ['KEY_MATERIAL_EXPIRES', validTo]);
  const ciphertextBlob = await encrypted(kinds, keyId);
  kinds.bench.nowMs = validTo - 1;
  await kinds.run('Decrypt', { ciphertextBlob });
  kinds.bench.nowMs = validTo;
  assert.equal((await kinds.refused('Decrypt', { ciphertextBlob }))[0], 'InvalidState');
  await sweepKeys(kinds.bench);
  const event = kinds.bench.lastEvent();
  assert.deepEqual([event.action, event.actor.type], ['key.delete-expired-material', 'system']);
  const record = cloudTrailRecord(event, place);
  assert.deepEqual(record.serviceEventDetails, { keyId });
  assert.deepEqual([record.eventName, record.eventType], ['DeleteExpiredKeyMaterial', 'AwsServiceEvent']);
  const [material] = kinds.bench.replica.keys.get(keyId)?.record.materials ?? [];
  assert.deepEqual([material?.sealed, material?.imported], ['', 'PENDING_IMPORT']);
  assert.deepEqual(kinds.bench.replica.keyNames.withExpiredMaterial(validTo), []);
  await importing(kinds, keyId, FIRST);
  await kinds.run('Decrypt', { ciphertextBlob });
});

test('importing material again sets its expiry anew, and ends it', async () => {
  const { keyId, kinds } = await newScene();
  const { nowMs } = kinds.bench;
  const expires = 'KEY_MATERIAL_EXPIRES';
  for (const validTo of [nowMs + DAY_MS, nowMs + 2 * DAY_MS]) {
    await importing(kinds, keyId, FIRST, { expirationModel: expires, validTo });
    assert.equal((await kinds.metadata(keyId))['validTo'], validTo);
  }
  await importing(kinds, keyId, FIRST);
  const metadata = await kinds.metadata(keyId);
  assert.deepEqual(
    [metadata['expirationModel'], metadata['validTo']],
    ['KEY_MATERIAL_DOES_NOT_EXPIRE', undefined],
  );
});

test('expiry is asked for as AWS has it', async () => {
  const { keyId, kinds } = await newScene();
  const { nowMs } = kinds.bench;
  const expires = 'KEY_MATERIAL_EXPIRES';
  const cases = [
    [
      { expirationModel: expires },
      'A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES',
    ],
    [
      { expirationModel: undefined },
      'A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES',
    ],
    [
      { validTo: nowMs + 1 },
      'A validTo date cannot be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE',
    ],
    [{ expirationModel: expires, validTo: nowMs }, 'ValidTo must be in the future'],
    [{ expirationModel: expires, validTo: -1e300 }, 'ValidTo must be in the future'],
    [
      { expirationModel: expires, validTo: nowMs + 365 * DAY_MS + 1 },
      'ValidTo must be within 365 days from now',
    ],
    [{ expirationModel: expires, validTo: 1e300 }, 'ValidTo must be within 365 days from now'],
  ] as const;
  for (const [more, message] of cases) {
    assert.deepEqual(await refused(kinds, keyId, FIRST, more), ['Validation', message]);
  }
  await importing(kinds, keyId, FIRST, { expirationModel: expires, validTo: nowMs + 365 * DAY_MS });
});

test('a token is good for its key alone, for 24 hours', async () => {
  const { keyId, kinds } = await newScene();
  const other = await kinds.key(SYMMETRIC, { origin: 'EXTERNAL' });
  const wrapped = await wrappedMaterial(kinds.bench, kinds.ann, keyId, FIRST);
  assert.equal(
    (await kinds.refused('ImportKeyMaterial', { ...wrapped, keyId: other }))[0],
    'InvalidImportToken',
  );
  const token = bytesOf(wrapped, 'importToken');
  assert.ok(token.length <= 6144);
  for (const importToken of [Buffer.from('x'), token.subarray(1), Buffer.concat([token, Buffer.from('x')])]) {
    const [code] = await kinds.refused('ImportKeyMaterial', { ...wrapped, importToken });
    assert.equal(code, 'InvalidImportToken');
  }
  kinds.bench.nowMs += DAY_MS;
  assert.equal((await kinds.refused('ImportKeyMaterial', wrapped))[0], 'ExpiredImportToken');
  kinds.bench.nowMs -= 1;
  await kinds.run('ImportKeyMaterial', wrapped);
});

test('what does not open under the wrapping key is no ciphertext, and what cannot be material is none', async () => {
  const { keyId, kinds } = await newScene();
  const wrapped = await wrappedMaterial(kinds.bench, kinds.ann, keyId, FIRST);
  const later = await wrappedMaterial(kinds.bench, kinds.ann, keyId, FIRST);
  const encryptedKeyMaterial = Buffer.alloc(256, 5);
  assert.deepEqual(await kinds.refused('ImportKeyMaterial', { ...wrapped, encryptedKeyMaterial }), [
    'InvalidCiphertext',
    '',
  ]);
  const [code, message] = await refused(kinds, keyId, Buffer.alloc(31, 1), {});
  assert.equal(code, 'IncorrectKeyMaterial');
  assert.doesNotMatch(message, /\b1\b,|AQEB|0101/);
  await kinds.run('ImportKeyMaterial', later);
});

test('a wrapping key is as AWS has it', async () => {
  const { keyId, kinds } = await newScene();
  const rsa = await kinds.key({ keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' }, { origin: 'EXTERNAL' });
  const p521 = await kinds.key({ keySpec: 'ECC_NIST_P521', keyUsage: 'SIGN_VERIFY' }, { origin: 'EXTERNAL' });
  const cases = [
    [keyId, 'RSAES_PKCS1_V1_5', 'RSA_2048', 'Unsupported'],
    [keyId, 'SM2PKE', 'RSA_2048', 'Validation'],
    [keyId, 'RSAES_OAEP_SHA_256', 'SM2', 'Validation'],
    [rsa, 'RSAES_OAEP_SHA_256', 'RSA_4096', 'Validation'],
    [p521, 'RSAES_OAEP_SHA_1', 'RSA_2048', 'Validation'],
  ] as const;
  for (const [id, wrappingAlgorithm, wrappingKeySpec, expected] of cases) {
    const params = { keyId: id, wrappingAlgorithm, wrappingKeySpec };
    const [code] = await kinds.refused('GetParametersForImport', params);
    assert.equal(code, expected, wrappingAlgorithm);
  }
  const { parametersValidTo } = await kinds.run('GetParametersForImport', {
    keyId,
    wrappingAlgorithm: 'SM2PKE',
    wrappingKeySpec: 'SM2',
  });
  assert.equal(parametersValidTo, kinds.bench.nowMs + DAY_MS);
  const own = await kinds.key(SYMMETRIC);
  const named = ['ImportKeyMaterial', 'DeleteImportedKeyMaterial', 'GetParametersForImport'];
  for (const name of named) {
    const [code, message] = await kinds.refused(name, {
      keyId: own,
      wrappingAlgorithm: 'RSAES_OAEP_SHA_256',
      wrappingKeySpec: 'RSA_2048',
    });
    const expected = `${keyArnOf(own)} origin is AWS_KMS which is not valid for this operation.`;
    assert.deepEqual([code, message], ['Unsupported', expected]);
  }
});

test('pairs and HMAC keys take one material, for good, and nothing that is for symmetric keys', async () => {
  const { kinds } = await newScene();
  const keyId = await kinds.key(
    { keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' },
    { origin: 'EXTERNAL' },
  );
  const pair = (): Buffer =>
    generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { format: 'der', type: 'spki' },
      privateKeyEncoding: { format: 'der', type: 'pkcs8' },
    }).privateKey;
  const material = pair();
  for (const more of [{ importType: 'NEW_KEY_MATERIAL' }, { keyMaterialDescription: 'x' }]) {
    assert.equal((await refused(kinds, keyId, material, more))[0], 'Unsupported');
  }
  const answer = await importInto(kinds.bench, kinds.ann, keyId, material);
  assert.deepEqual(answer, { keyId: keyArnOf(keyId), keyMaterialId: undefined });
  const signed = { keyId, message: PLAINTEXT, signingAlgorithm: 'ECDSA_SHA_256' };
  const { signature } = await kinds.run('Sign', signed);
  await kinds.run('DeleteImportedKeyMaterial', { keyId });
  for (const name of ['Sign', 'Verify', 'GetPublicKey']) {
    assert.equal((await kinds.refused(name, { ...signed, signature }))[0], 'InvalidState');
  }
  assert.equal((await refused(kinds, keyId, pair(), {}))[0], 'IncorrectKeyMaterial');
  await importing(kinds, keyId, material);
  await kinds.run('Verify', { ...signed, signature });
  const hmac = await kinds.key(
    { keySpec: 'HMAC_512', keyUsage: 'GENERATE_VERIFY_MAC' },
    { origin: 'EXTERNAL' },
  );
  await importing(kinds, hmac, Buffer.alloc(64, 9));
  const asked = { keyId: hmac, message: PLAINTEXT, macAlgorithm: 'HMAC_SHA_512' };
  const { mac } = await kinds.run('GenerateMac', asked);
  await kinds.run('VerifyMac', { ...asked, mac });
});

test('imports that hold up a thread come one in two seconds, three at once', async () => {
  const { kinds } = await newScene();
  const keyId = await kinds.key({ keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' }, { origin: 'EXTERNAL' });
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const material = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })).export({
    format: 'der',
    type: 'pkcs8',
  });
  const wrappingAlgorithm = 'RSA_AES_KEY_WRAP_SHA_256';
  const parameters = { keyId, wrappingAlgorithm, wrappingKeySpec: 'RSA_2048' };
  const made = await kinds.run('GetParametersForImport', parameters);
  const request = {
    keyId,
    importToken: bytesOf(made, 'importToken'),
    encryptedKeyMaterial: wrapMaterial(wrappingAlgorithm, bytesOf(made, 'publicKey'), material),
    expirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
  };
  for (let round = 0; round < 3; round += 1) await kinds.run('ImportKeyMaterial', request);
  assert.equal((await kinds.refused('ImportKeyMaterial', request))[0], 'Throttled');
  assert.equal(kinds.bench.lastEvent().outcome, 'throttled');
  kinds.bench.nowMs += 2000;
  await kinds.run('ImportKeyMaterial', request);
  assert.equal((await kinds.refused('ImportKeyMaterial', request))[0], 'Throttled');
});

test('a key that was disabled before its material went is disabled when it comes back', async () => {
  const { keyId, kinds } = await newScene();
  await importing(kinds, keyId, FIRST);
  await kinds.run('DisableKey', { keyId });
  await kinds.run('DeleteImportedKeyMaterial', { keyId });
  assert.equal(await stateOf(kinds, keyId), 'PendingImport');
  await importing(kinds, keyId, FIRST);
  assert.equal(await stateOf(kinds, keyId), 'Disabled');
});

test('material goes while a key is to be deleted, and nothing else changes', async () => {
  const { keyId, kinds } = await newScene();
  await importing(kinds, keyId, FIRST);
  await kinds.run('ScheduleKeyDeletion', { keyId, pendingWindowInDays: 7 });
  await kinds.run('DeleteImportedKeyMaterial', { keyId });
  assert.equal(await stateOf(kinds, keyId), 'PendingDeletion');
  await kinds.run('CancelKeyDeletion', { keyId });
  assert.equal(await stateOf(kinds, keyId), 'PendingImport');
});
