import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { Params } from '../index.ts';
import { KindBench } from './key-kinds.test-fixture.ts';

const MESSAGE = Buffer.from('x');

test('a grant allows what it names with a key of any kind, and nothing else', async () => {
  const kinds = new KindBench(openMemoryStore());
  const { bench } = kinds;
  const bob = bench.addUser('bob', []);
  const granteePrincipal = bob.principalArn;
  const [signing, mac, agreeing, lattice] = [
    await kinds.key({ keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' }),
    await kinds.key({ keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' }),
    await kinds.key({ keySpec: 'ECC_NIST_P256', keyUsage: 'KEY_AGREEMENT' }),
    await kinds.key({ keySpec: 'ML_KEM_512', keyUsage: 'ENCAPSULATE_DECAPSULATE' }),
  ];
  const sign = { keyId: signing, message: MESSAGE, signingAlgorithm: 'ECDSA_SHA_256' };
  const authenticate = { keyId: mac, message: MESSAGE, macAlgorithm: 'HMAC_SHA_256' };
  const { publicKey } = await kinds.run('GetPublicKey', { keyId: agreeing });
  const cases: readonly (readonly [granted: string, request: object, denied: string])[] = [
    ['Sign', sign, 'GetPublicKey'],
    ['GetPublicKey', { keyId: signing }, 'Verify'],
    ['GenerateMac', authenticate, 'VerifyMac'],
    ['DeriveSharedSecret', { keyId: agreeing, keyAgreementAlgorithm: 'ECDH', publicKey }, 'DescribeKey'],
    ['Encapsulate', { keyId: lattice, encapsulationAlgorithm: 'ML_KEM' }, 'Decapsulate'],
  ];
  for (const [operation, request, denied] of cases) {
    const params = { ...sign, ...authenticate, signature: MESSAGE, ...request };
    assert.equal((await bench.refusal(bob, operation, params))[0], 'AccessDenied', operation);
    const { keyId } = params;
    const { grantId } = await kinds.run('CreateGrant', { keyId, granteePrincipal, operations: [operation] });
    await bench.result(bob, operation, params);
    assert.equal(bench.lastEvent().decisions?.at(-1)?.policyKind, 'grant');
    assert.equal((await bench.refusal(bob, denied, params))[0], 'AccessDenied', denied);
    await kinds.run('RevokeGrant', { keyId, grantId });
    assert.equal((await bench.refusal(bob, operation, params))[0], 'AccessDenied', operation);
  }
});

test('a grant names operations that its key can do, and contexts where there are any', async () => {
  const kinds = new KindBench(openMemoryStore());
  const keyId = await kinds.key({ keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' });
  const granteePrincipal = kinds.ann.principalArn;
  const terms = { keyId, granteePrincipal, operations: ['Sign', 'Verify', 'GetPublicKey'] };
  await kinds.run('CreateGrant', terms);
  assert.deepEqual(await kinds.refused('CreateGrant', { ...terms, operations: ['Encrypt'] }), [
    'Validation',
    'The grant operation Encrypt is not supported by keys with key spec ECC_NIST_P256.',
  ]);
  const constraints = new Params({ encryptionContextSubset: { a: 'b' } });
  assert.equal((await kinds.refused('CreateGrant', { ...terms, constraints }))[0], 'Validation');
  const symmetric = await kinds.bench.createKey(kinds.ann);
  const alien = { ...terms, keyId: symmetric };
  assert.equal((await kinds.refused('CreateGrant', alien))[0], 'Validation');
});
