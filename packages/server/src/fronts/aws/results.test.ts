import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as sdk from '@aws-sdk/client-kms';
import { NormalizedSchema } from '@smithy/core/schema';
import { type Caller, kmsOperations, Params, type Result } from '../../core/operations/index.ts';
import { wrappedMaterial } from '../../core/operations/kms/import.test-fixture.ts';
import { place, TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { memberName } from './schema.ts';

/** The members that an operation's answer has, in core's names. */
function answeredMembers(operation: string): ReadonlySet<string> {
  for (const exported of Object.values<unknown>(sdk)) {
    if (!isOperation(exported) || exported[2] !== operation) continue;
    const output = NormalizedSchema.of(exported[5]);
    return new Set([...output.structIterator()].map(([name]) => memberName(name)));
  }
  throw new TypeError(`the SDK has no operation \`${operation}\``);
}

function isOperation(value: unknown): value is typeof sdk.Decrypt$ {
  return Array.isArray(value) && value[0] === 9;
}

type Run = (name: string, params: Readonly<Record<string, unknown>>) => Promise<Result>;

/** Makes a key of another kind than a symmetric one, and answers its id. */
async function makeKey(run: Run, keySpec: string, keyUsage: string): Promise<string> {
  const { keyMetadata } = await run('CreateKey', { keySpec, keyUsage });
  return new Params({ ...(typeof keyMetadata === 'object' ? keyMetadata : {}) }).text('keyId');
}

async function runPairs(run: Run): Promise<void> {
  const message = Buffer.from('x');
  const signing = {
    keyId: await makeKey(run, 'ECC_NIST_P256', 'SIGN_VERIFY'),
    message,
    signingAlgorithm: 'ECDSA_SHA_256',
  };
  const { signature } = await run('Sign', signing);
  await run('Verify', { ...signing, signature });
  const mac = {
    keyId: await makeKey(run, 'HMAC_256', 'GENERATE_VERIFY_MAC'),
    message,
    macAlgorithm: 'HMAC_SHA_256',
  };
  const { mac: code } = await run('GenerateMac', mac);
  await run('VerifyMac', { ...mac, mac: code });
  const agreeing = {
    keyId: await makeKey(run, 'ECC_NIST_P256', 'KEY_AGREEMENT'),
    keyAgreementAlgorithm: 'ECDH',
  };
  const { publicKey } = await run('GetPublicKey', agreeing);
  await run('DeriveSharedSecret', { ...agreeing, publicKey });
  const lattice = {
    keyId: await makeKey(run, 'ML_KEM_512', 'ENCAPSULATE_DECAPSULATE'),
    encapsulationAlgorithm: 'ML_KEM',
  };
  const { sharedSecretCiphertextBlob } = await run('Encapsulate', lattice);
  await run('Decapsulate', { ...lattice, sharedSecretCiphertextBlob });
}

async function runImport(run: Run, bench: TestBench, caller: Caller): Promise<void> {
  const { keyMetadata } = await run('CreateKey', { origin: 'EXTERNAL' });
  const keyId = new Params({ ...(typeof keyMetadata === 'object' ? keyMetadata : {}) }).text('keyId');
  await run('GetParametersForImport', {
    keyId,
    wrappingAlgorithm: 'RSAES_OAEP_SHA_256',
    wrappingKeySpec: 'RSA_2048',
  });
  await run('ImportKeyMaterial', {
    ...(await wrappedMaterial(bench, caller, keyId, Buffer.alloc(32, 1))),
    expirationModel: 'KEY_MATERIAL_EXPIRES',
    validTo: bench.nowMs + 1000,
  });
  const { rotations } = await run('ListKeyRotations', { keyId, includeKeyMaterial: 'ALL_KEY_MATERIAL' });
  assert.ok(Array.isArray(rotations));
  const listed = new Set(entryMembers());
  const entries: readonly object[] = rotations;
  for (const member of entries.flatMap((entry) => Object.keys(entry))) assert.ok(listed.has(member), member);
  await run('DeleteImportedKeyMaterial', { keyId });
}

function entryMembers(): readonly string[] {
  const schema = NormalizedSchema.of(sdk.RotationsListEntry$);
  return [...schema.structIterator()].map(([name]) => memberName(name));
}

test('no operation computes a member that its answer loses', async () => {
  const region = 'eu-west-1';
  const bench = new TestBench(openMemoryStore(), { place: { ...place, regions: [place.region, region] } });
  const ann = bench.addUser('ann');
  const keyId = await bench.createKey(ann, { multiRegion: true });
  const done = new Set<string>();
  const run = async (name: string, params: Readonly<Record<string, unknown>>): Promise<Result> => {
    const result = await bench.result(ann, name, params);
    const answered = answeredMembers(name);
    for (const member of Object.keys(result)) assert.ok(answered.has(member), `${name}: ${member}`);
    done.add(name);
    return result;
  };
  const { ciphertextBlob } = await run('Encrypt', { keyId, plaintext: Buffer.from('x') });
  const { policy } = await run('GetKeyPolicy', { keyId });
  const grant = {
    keyId,
    granteePrincipal: ann.principalArn,
    retiringPrincipal: ann.principalArn,
    operations: ['Decrypt'],
    constraints: new Params({ encryptionContextSubset: { a: 'b' } }),
  };
  const { grantId } = await run('CreateGrant', grant);
  const { grantToken } = await run('CreateGrant', grant);
  const alias = { aliasName: 'alias/a', targetKeyId: keyId };
  const tags = [new Params({ tagKey: 'a', tagValue: 'b' })];
  const calls: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['CreateKey', {}],
    ['DescribeKey', { keyId }],
    ['GenerateDataKeyPair', { keyId, keyPairSpec: 'ECC_NIST_P256' }],
    ['GenerateDataKeyPairWithoutPlaintext', { keyId, keyPairSpec: 'ECC_NIST_P256' }],
    ['ListKeyPolicies', { keyId }],
    ['UpdateKeyDescription', { keyId, description: '' }],
    ['ListKeys', { limit: 1 }],
    ['Decrypt', { ciphertextBlob }],
    ['ReEncrypt', { ciphertextBlob, destinationKeyId: keyId }],
    ['GenerateDataKey', { keyId, keySpec: 'AES_256' }],
    ['GenerateDataKeyWithoutPlaintext', { keyId, keySpec: 'AES_256' }],
    ['GenerateRandom', { numberOfBytes: 1 }],
    ['CreateAlias', alias],
    ['UpdateAlias', alias],
    ['ListAliases', {}],
    ['DeleteAlias', { aliasName: 'alias/a' }],
    ['PutKeyPolicy', { keyId, policy }],
    ['EnableKeyRotation', { keyId }],
    ['GetKeyRotationStatus', { keyId }],
    ['RotateKeyOnDemand', { keyId }],
    ['DisableKeyRotation', { keyId }],
    ['TagResource', { keyId, tags }],
    ['ListResourceTags', { keyId }],
    ['UntagResource', { keyId, tagKeys: ['a'] }],
    ['ListGrants', { keyId }],
    ['ListRetirableGrants', { retiringPrincipal: ann.principalArn }],
    ['RevokeGrant', { keyId, grantId }],
    ['RetireGrant', { grantToken }],
    ['DisableKey', { keyId }],
    ['EnableKey', { keyId }],
    ['ScheduleKeyDeletion', { keyId }],
    ['CancelKeyDeletion', { keyId }],
    ['GetKeyLastUsage', { keyId }],
    ['EnableKey', { keyId }],
    ['ReplicateKey', { keyId, replicaRegion: region }],
    ['UpdatePrimaryRegion', { keyId, primaryRegion: region }],
  ];
  for (const [name, params] of calls) await run(name, params);
  await runPairs(run);
  await runImport(run, bench, ann);
  assert.deepEqual([...done].sort(), [...kmsOperations.keys()].sort());
});
