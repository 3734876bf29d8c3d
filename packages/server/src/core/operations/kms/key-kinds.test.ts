import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { keyAlgorithm } from '../../crypto/index.ts';
import { place } from './service.test-fixture.ts';
import { bytesOf, keyArnOf, type Kind, KindBench, KINDS, QUICK_KINDS } from './key-kinds.test-fixture.ts';

test('a key of every kind tells what it is, and nothing that does not apply to it', async () => {
  const kinds = new KindBench(openMemoryStore());
  for (const kind of QUICK_KINDS) {
    const keyId = await kinds.key(kind, { description: 'd' });
    const { encryptionAlgorithms, macAlgorithms, signingAlgorithms } = keyAlgorithm(kind.keySpec);
    const isSymmetric = kind.keySpec === 'SYMMETRIC_DEFAULT';
    const lists = {
      ENCRYPT_DECRYPT: { encryptionAlgorithms },
      SIGN_VERIFY: { signingAlgorithms },
      GENERATE_VERIFY_MAC: { macAlgorithms },
      KEY_AGREEMENT: { keyAgreementAlgorithms: ['ECDH'] },
      ENCAPSULATE_DECAPSULATE: { encapsulationAlgorithms: ['ML_KEM'] },
    }[kind.keyUsage];
    const record = kinds.bench.replica.keys.get(keyId)?.record;
    const currentKeyMaterialId = record?.materials[0]?.id;
    assert.match(currentKeyMaterialId ?? '', /^[0-9a-f]{64}$/);
    assert.deepEqual(await kinds.metadata(keyId), {
      ...lists,
      ...(isSymmetric ? { currentKeyMaterialId } : {}),
      aWSAccountId: place.account,
      arn: keyArnOf(keyId),
      creationDate: kinds.bench.nowMs,
      customerMasterKeySpec: kind.keySpec,
      description: 'd',
      enabled: true,
      keyId,
      keyManager: 'CUSTOMER',
      keySpec: kind.keySpec,
      keyState: 'Enabled',
      keyUsage: kind.keyUsage,
      multiRegion: false,
      origin: 'AWS_KMS',
    });
  }
});

test('a key for imported material waits for it, and has none until then', async () => {
  const kinds = new KindBench(openMemoryStore());
  for (const kind of KINDS) {
    const keyId = await kinds.key(kind, { origin: 'EXTERNAL' });
    const { keyState, enabled, origin, currentKeyMaterialId, expirationModel } = await kinds.metadata(keyId);
    assert.deepEqual(
      [keyState, enabled, origin, currentKeyMaterialId, expirationModel],
      ['PendingImport', false, 'EXTERNAL', undefined, undefined],
    );
  }
  assert.deepEqual(kinds.bench.keyPairs.asked, []);
});

test('the deprecated member for the spec still does', async () => {
  const kinds = new KindBench(openMemoryStore());
  const deprecated = { customerMasterKeySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' };
  const keyId = await kinds.bench.createKey(kinds.ann, deprecated);
  assert.equal((await kinds.metadata(keyId))['keySpec'], 'ECC_NIST_P256');
});

test('what does not go together, or is not there, is refused in the words of AWS', async () => {
  const kinds = new KindBench(openMemoryStore());
  const usage = 'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.';
  const cases: readonly (readonly [object, string, string])[] = [
    [{ keySpec: 'RSA_2048' }, 'Validation', usage],
    [{ keySpec: 'HMAC_256' }, 'Validation', usage],
    [
      { keySpec: 'HMAC_256', keyUsage: 'ENCRYPT_DECRYPT' },
      'Validation',
      'KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec HMAC_256',
    ],
    [
      { keyUsage: 'SIGN_VERIFY' },
      'Validation',
      'The operation failed because the KeyUsage value of the CMK is SIGN_VERIFY. To perform this operation, the KeyUsage value must be ENCRYPT_DECRYPT.',
    ],
    [
      { keySpec: 'ECC_SECG_P256K1', keyUsage: 'KEY_AGREEMENT' },
      'Validation',
      'KeyUsage KEY_AGREEMENT is not compatible with KeySpec ECC_SECG_P256K1',
    ],
    [{ customKeyStoreId: 'cks-1' }, 'Unsupported', 'Custom key stores are not supported.'],
    [{ origin: 'AWS_CLOUDHSM' }, 'Unsupported', 'AWS_CLOUDHSM is not supported.'],
    [
      { keySpec: 'SYMMETRIC_DEFAULT', customerMasterKeySpec: 'SYMMETRIC_DEFAULT' },
      'Validation',
      'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
    ],
  ];
  for (const [params, code, message] of cases) {
    assert.deepEqual(await kinds.refused('CreateKey', params), [code, message]);
  }
  assert.equal(kinds.bench.lastEvent().parameters?.['keySpec'], 'SYMMETRIC_DEFAULT');
  assert.deepEqual(kinds.bench.keyPairs.asked, []);
});

test('every combination of a spec and a usage is made or refused as the spec says', async () => {
  const kinds = new KindBench(openMemoryStore());
  const possible = new Set(KINDS.map(({ keySpec, keyUsage }) => `${keySpec} ${keyUsage}`));
  for (const keySpec of new Set(KINDS.map((kind) => kind.keySpec))) {
    for (const keyUsage of new Set(KINDS.map((kind) => kind.keyUsage))) {
      const params = { keySpec, keyUsage, origin: 'EXTERNAL' };
      const performed = await kinds.bench.perform(kinds.ann, 'CreateKey', params);
      assert.equal(performed.kind === 'released', possible.has(`${keySpec} ${keyUsage}`));
    }
  }
});

test('an RSA pair is made for who may have it, and for nobody else', async () => {
  const kinds = new KindBench(openMemoryStore());
  const { bench } = kinds;
  const rsa = { keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' };
  const bob = bench.addUser('bob', []);
  assert.equal((await bench.refusal(bob, 'CreateKey', rsa))[0], 'AccessDenied');
  const broken = await kinds.refused('CreateKey', { ...rsa, policy: '{' });
  assert.equal(broken[0], 'MalformedPolicy');
  const tagged = { ...rsa, tags: bench.structures([{ tagKey: 'aws:a', tagValue: '' }]) };
  assert.equal((await kinds.refused('CreateKey', tagged))[0], 'TagInvalid');
  const keyId = await bench.createKey(kinds.ann);
  const pair = { keyId, keyPairSpec: 'RSA_2048' };
  assert.equal((await bench.refusal(bob, 'GenerateDataKeyPair', pair))[0], 'AccessDenied');
  assert.equal((await kinds.refused('GenerateDataKeyPair', { ...pair, dryRun: true }))[0], 'DryRun');
  assert.deepEqual(bench.keyPairs.asked, []);
  await bench.createKey(kinds.ann, rsa);
  await kinds.run('GenerateDataKeyPair', pair);
  assert.deepEqual(bench.keyPairs.asked, ['RSA_2048', 'RSA_2048']);
});

test('an attempt that waited for a pair is one event, and the pair does not stay in memory', async () => {
  const kinds = new KindBench(openMemoryStore());
  const { bench } = kinds;
  const before = bench.entries().length;
  await kinds.key({ keySpec: 'RSA_2048', keyUsage: 'ENCRYPT_DECRYPT' });
  assert.equal(bench.entries().length, before + 1);
  assert.equal(bench.lastEvent().decisions?.length, 1);
  const [pair] = bench.keyPairs.handedOut;
  assert.ok(pair?.secret.every((byte) => byte === 0));
});

test('a decision that turned out stale is made again with the same pair, which is one that works', async () => {
  const kinds = new KindBench(openMemoryStore());
  const { bench } = kinds;
  bench.staleRounds = 3;
  const keyId = await kinds.key({ keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' });
  assert.equal(bench.staleRounds, 0);
  assert.deepEqual(bench.keyPairs.asked, ['RSA_2048']);
  const asked = { keyId, signingAlgorithm: 'RSASSA_PSS_SHA_256', message: Buffer.from('x') };
  const { signature } = await kinds.run('Sign', asked);
  assert.equal((await kinds.run('Verify', { ...asked, signature }))['signatureValid'], true);
  assert.ok(bench.keyPairs.handedOut[0]?.secret.every((byte) => byte === 0));
});

test('what is revoked while a pair is made is not done', async () => {
  const kinds = new KindBench(openMemoryStore());
  const { ann, bench } = kinds;
  const made = bench.perform(ann, 'CreateKey', { keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' });
  bench.disableCredential(ann);
  const performed = await made;
  assert.equal(performed.kind, 'refused');
  assert.equal(performed.error.code, 'CredentialInvalid');
  assert.deepEqual(bench.replica.keyNames.all(), []);
  assert.ok(bench.keyPairs.handedOut[0]?.secret.every((byte) => byte === 0));
});

test('when too many wait for pairs, the attempt is throttled, on the record', async () => {
  const kinds = new KindBench(openMemoryStore());
  kinds.bench.keyPairs.isBusy = true;
  assert.deepEqual(await kinds.refused('CreateKey', { keySpec: 'RSA_4096', keyUsage: 'SIGN_VERIFY' }), [
    'Throttled',
    'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  ]);
  assert.equal(kinds.bench.lastEvent().outcome, 'throttled');
  assert.equal(kinds.bench.lastEvent().decisions?.at(-1)?.effect, 'allow');
});

test('a pair tells its public half, and a secret has none to tell', async () => {
  const kinds = new KindBench(openMemoryStore());
  for (const kind of QUICK_KINDS) {
    const keyId = await kinds.key(kind);
    if (kind.keySpec === 'SYMMETRIC_DEFAULT' || kind.keyUsage === 'GENERATE_VERIFY_MAC') {
      assert.deepEqual(await kinds.refused('GetPublicKey', { keyId }), ['Unsupported', '']);
      continue;
    }
    const result = await kinds.run('GetPublicKey', { keyId });
    const again = await kinds.run('GetPublicKey', { keyId });
    assert.deepEqual(bytesOf(again, 'publicKey'), bytesOf(result, 'publicKey'));
    assert.deepEqual(
      [result['keyId'], result['keySpec'], result['keyUsage'], result['customerMasterKeySpec']],
      [keyArnOf(keyId), kind.keySpec, kind.keyUsage, kind.keySpec],
    );
    assert.equal(kinds.bench.lastEvent().key?.current, true);
  }
});

test('a description is changed, and the record says from what to what', async () => {
  const kinds = new KindBench(openMemoryStore());
  const keyId = await kinds.bench.createKey(kinds.ann, { description: 'old' });
  assert.deepEqual(await kinds.run('UpdateKeyDescription', { keyId, description: 'new' }), {});
  assert.equal((await kinds.metadata(keyId))['description'], 'new');
  assert.deepEqual(kinds.bench.lastEvent().action, 'key.describe');
  const event = kinds.bench.events().at(-2);
  assert.deepEqual(event?.change, { before: { description: 'old' }, after: { description: 'new' } });
});

test('a key has one policy, by its name', async () => {
  const kinds = new KindBench(openMemoryStore());
  const keyId = await kinds.bench.createKey(kinds.ann);
  const { policyNames, truncated } = await kinds.run('ListKeyPolicies', { keyId });
  assert.deepEqual([policyNames, truncated], [['default'], false]);
});

test('an alias is moved between keys of one type and usage alone', async () => {
  const kinds = new KindBench(openMemoryStore());
  const keys = await Promise.all(
    QUICK_KINDS.map(async (kind) => ({ kind, from: await kinds.key(kind), to: await kinds.key(kind) })),
  );
  const typeOf = ({ keySpec }: Kind): string =>
    keySpec === 'SYMMETRIC_DEFAULT' ? 'symmetric' : keySpec.startsWith('HMAC') ? 'HMAC' : 'asymmetric';
  for (const [n, { from, kind }] of keys.entries()) {
    const aliasName = `alias/of-${n}`;
    for (const { kind: other, to: targetKeyId } of keys) {
      await kinds.run('CreateAlias', { aliasName, targetKeyId: from });
      const performed = await kinds.bench.perform(kinds.ann, 'UpdateAlias', { aliasName, targetKeyId });
      const isAlike = typeOf(kind) === typeOf(other) && kind.keyUsage === other.keyUsage;
      const told = performed.kind === 'released' ? 'ok' : performed.error.code;
      assert.equal(told, isAlike ? 'ok' : 'Validation', `${kind.keySpec} to ${other.keySpec}`);
      await kinds.run('DeleteAlias', { aliasName });
    }
  }
});
