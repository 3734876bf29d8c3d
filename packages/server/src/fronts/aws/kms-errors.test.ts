import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LedgerStore } from '../../core/audit/index.ts';
import { type Caller, kmsOperations, kmsOperationTable, Params } from '../../core/operations/index.ts';
import { place, TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { kmsError } from './error-names.ts';
import { MODELLED_ERRORS } from './kms-errors.test-fixture.ts';

const OTHER_REGION = 'eu-west-1';
const MESSAGE = new Uint8Array(32).fill(1);
const NO_KEY = '00000000-0000-4000-8000-000000000000';
const NO_GRANT = '0'.repeat(64);
/** Rotation and imported material have suites of their own. */
const ELSEWHERE =
  /^(DeleteImportedKeyMaterial|(Dis|En)ableKeyRotation|GetKeyRotationStatus|GetParametersForImport|ImportKeyMaterial|ListKeyRotations|RotateKeyOnDemand)$/;

/** Exceptions that no request leads to, whatever the operation. */
const NEVER: readonly (readonly [error: RegExp, reason: string])[] = [
  [/^(CloudHsm|CustomKeyStore|Xks|IncorrectTrustAnchor)/, 'there are no custom key stores'],
  [/^KMSInternal$/, 'it is answered when an attempt cannot be recorded, which no request causes'],
  [/^DependencyTimeout$/, 'nothing that others run is asked, but for the record in GetKeyLastUsage'],
];

/** Exceptions that one operation does not answer, although others do. */
const NEVER_OF: Readonly<Record<string, string>> = {
  'CreateKey InvalidArn': 'a request names nothing by an ARN but in its policy, which is then malformed',
  'GetPublicKey Disabled': 'as in AWS the public half of a disabled key is handed out',
  'GetPublicKey KeyUnavailable': 'the public half is kept in clear',
  'GetPublicKey InvalidKeyUsage': 'a key without a public half is refused with UnsupportedOperationException',
  'EnableKey LimitExceeded': 'keys count against the quota in every state',
  'ListRetirableGrants NotFound': 'a principal that no grant names has no grants',
  'PutKeyPolicy UnsupportedOperation': 'there is no kind of key whose policy cannot be changed',
  'TagResource LimitExceeded': 'too many tags are answered with TagException, as KMS does',
  'UntagResource Tag': 'names of tags that are not there are ignored',
};

/** Quotas that are soon reached. */
const PARTS = {
  place: { ...place, regions: [place.region, OTHER_REGION] },
  quotas: { keysPerAccount: 12, aliasesPerKey: 1, grantsPerKey: 1, keyPolicyBytes: 2000 },
};

type Request = Readonly<Record<string, unknown>>;

class Scene {
  bench: TestBench;
  readonly ann: Caller;
  readonly #store: LedgerStore = openMemoryStore();

  constructor() {
    this.bench = new TestBench(this.#store, PARTS);
    this.ann = this.bench.addUser('ann');
  }

  /** Starts again: no material is open any more. */
  restart(): void {
    this.bench = new TestBench(this.#store, PARTS);
  }

  run(name: string, request: Request): ReturnType<TestBench['result']> {
    return this.bench.result(this.ann, name, request);
  }

  key(more: Request = {}): Promise<string> {
    return this.bench.createKey(this.ann, more);
  }

  /** The exception that an operation answers, without its ending; `ok` when it answers none. */
  async answer(name: string, request: Request): Promise<string> {
    const operation = kmsOperations.get(name);
    assert.ok(operation !== undefined);
    const attempt = { ...this.bench.request(name), keyUse: { lastMs: undefined } };
    const performed = await this.bench.service.perform(operation, attempt, this.ann, new Params(request));
    return performed.kind === 'released'
      ? 'ok'
      : kmsError(performed.error.code).name.replace(/Exception$/, '');
  }
}

const SIGNING = { message: MESSAGE, signingAlgorithm: 'ECDSA_SHA_256' };
const MAC = { message: MESSAGE, macAlgorithm: 'HMAC_SHA_256' };
/** The kind of key that an operation is for, where it is no symmetric one. */
const KINDS: Readonly<Record<string, Request>> = {
  Decapsulate: { keySpec: 'ML_KEM_512', keyUsage: 'ENCAPSULATE_DECAPSULATE' },
  DeriveSharedSecret: { keySpec: 'ECC_NIST_P256', keyUsage: 'KEY_AGREEMENT' },
  Encapsulate: { keySpec: 'ML_KEM_512', keyUsage: 'ENCAPSULATE_DECAPSULATE' },
  GenerateMac: { keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' },
  GetPublicKey: { keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' },
  ReplicateKey: { multiRegion: true },
  Sign: { keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' },
  UpdatePrimaryRegion: { multiRegion: true },
  Verify: { keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' },
  VerifyMac: { keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' },
};

/** What an operation is asked that succeeds with a key of its kind. */
async function goodRequest(scene: Scene, name: string, keyId: string): Promise<Request> {
  const common = {
    aliasName: 'alias/known',
    description: '',
    destinationKeyId: keyId,
    encapsulationAlgorithm: 'ML_KEM',
    granteePrincipal: scene.ann.principalArn,
    keyAgreementAlgorithm: 'ECDH',
    keyId,
    keyPairSpec: 'ECC_NIST_P256',
    numberOfBytes: 32,
    operations: ['DescribeKey'],
    plaintext: MESSAGE,
    policy: JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }],
    }),
    primaryRegion: OTHER_REGION,
    replicaRegion: OTHER_REGION,
    retiringPrincipal: scene.ann.principalArn,
    tagKeys: ['a'],
    tags: scene.bench.structures([]),
    targetKeyId: keyId,
  };
  switch (name) {
    case 'CreateKey':
    case 'GenerateRandom':
      return { numberOfBytes: 32, policy: common.policy, tags: common.tags };
    case 'Decapsulate':
      return { ...common, ...(await scene.run('Encapsulate', common)) };
    case 'Decrypt':
    case 'ReEncrypt':
      return { ...common, ...(await scene.run('Encrypt', common)), keyId };
    case 'DeleteAlias':
    case 'UpdateAlias':
      await scene.run('CreateAlias', { aliasName: 'alias/known', targetKeyId: await scene.key() });
      return common;
    case 'DeriveSharedSecret':
      return { ...common, publicKey: (await scene.run('GetPublicKey', { keyId }))['publicKey'] };
    case 'GenerateMac':
      return { ...common, ...MAC };
    case 'ListGrants':
      return { keyId };
    case 'RetireGrant':
    case 'RevokeGrant':
      return { keyId, grantId: (await scene.run('CreateGrant', common))['grantId'] };
    case 'Sign':
      return { ...common, ...SIGNING };
    case 'UpdatePrimaryRegion':
      await scene.run('ReplicateKey', { keyId, replicaRegion: OTHER_REGION });
      return common;
    case 'Verify':
      return { ...common, ...SIGNING, ...(await scene.run('Sign', { keyId, ...SIGNING })), keyId };
    case 'VerifyMac':
      return { ...common, ...MAC, ...(await scene.run('GenerateMac', { keyId, ...MAC })), keyId };
    default:
      return common;
  }
}

const named = (id: string): Request => ({
  keyId: id,
  targetKeyId: id,
  sourceKeyId: id,
  destinationKeyId: id,
  retiringPrincipal: id,
});

/** A ciphertext of a symmetric key names its own, which is looked at first. */
const OF_PAIRS: Request = {
  encryptionAlgorithm: 'RSAES_OAEP_SHA_256',
  sourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
};

/** Changes of a request that lead to an exception, one after the other until one does. */
const CHANGES: Readonly<Record<string, readonly Request[]>> = {
  DryRunOperation: [{ dryRun: true }],
  InvalidAliasName: [{ aliasName: 'alias/aws/known' }],
  InvalidArn: [named('arn:aws:s3:::bucket'), named('nobody')],
  InvalidCiphertext: [
    { ciphertextBlob: new Uint8Array(100), sharedSecretCiphertextBlob: new Uint8Array(100) },
  ],
  InvalidGrantId: [{ grantId: 'x' }],
  InvalidGrantToken: [{ grantTokens: ['x'] }, { grantToken: 'x', grantId: undefined, keyId: undefined }],
  InvalidMarker: [{ marker: 'x' }],
  KMSInvalidMac: [{ mac: new Uint8Array(32) }],
  KMSInvalidSignature: [{ signature: new Uint8Array(70) }],
  MalformedPolicyDocument: [{ policy: '{' }],
  NotFound: [
    { ...named(NO_KEY), aliasName: 'alias/none' },
    { ...named(NO_KEY), grantId: NO_GRANT },
  ],
  Tag: [{ tags: [new Params({ tagKey: 'aws:a', tagValue: '' })] }],
  UnsupportedOperation: [{ customKeyStoreId: 'cks-1' }, { recipient: new Params({}) }],
};

type Provocation = () => Promise<Request>;

/** The same, and changes of the state. */
function provocations(scene: Scene, name: string, error: string, keyId: string): readonly Provocation[] {
  const changes = (CHANGES[error] ?? []).map((change) => async () => change);
  const changeKey = (record: Parameters<TestBench['changeKey']>[1]) => async (): Promise<Request> => {
    scene.bench.changeKey(keyId, record);
    return {};
  };
  switch (error) {
    case 'AlreadyExists':
      return [() => taken(scene, name, keyId)];
    case 'Disabled':
      return [changeKey({ enabled: false })];
    case 'IncorrectKey':
      return [async () => ({ keyId: await scene.key(), sourceKeyId: await scene.key() })];
    case 'InvalidKeyUsage':
      return [
        async () => ({ ...named(await scene.key(otherKind(name))), ...OF_PAIRS }),
        async () => named(await scene.key()),
      ];
    case 'KeyUnavailable':
      return [async () => lostMaterial(scene, keyId)];
    case 'KMSInvalidState':
      return [
        changeKey({ enabled: false, deletionAtMs: 2_000_000_000_000, deletionWindowDays: 7 }),
        async () => ({}),
      ];
    case 'LimitExceeded':
      return [() => beyondQuota(scene, name, keyId)];
    default:
      return [...changes, async () => named(await scene.key())];
  }
}

async function taken(scene: Scene, name: string, keyId: string): Promise<Request> {
  const alias = { aliasName: 'alias/known', targetKeyId: await scene.key() };
  await scene.run(name, name === 'ReplicateKey' ? { keyId, replicaRegion: OTHER_REGION } : alias);
  return {};
}

/** The box of the key's material is another one, and nobody has opened the right one since the start. */
function lostMaterial(scene: Scene, keyId: string): Request {
  const { materials = [] } = scene.bench.replica.keys.get(keyId)?.record ?? {};
  scene.bench.changeKey(keyId, { materials: materials.map((material) => ({ ...material, sealed: 'AAAA' })) });
  scene.restart();
  return {};
}

function otherKind(name: string): Request {
  return KINDS[name]?.['keyUsage'] === 'SIGN_VERIFY'
    ? { keySpec: 'ECC_NIST_P256', keyUsage: 'KEY_AGREEMENT' }
    : { keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' };
}

/** As much of everything as there may be. */
async function beyondQuota(scene: Scene, name: string, keyId: string): Promise<Request> {
  if (name === 'CreateAlias' || name === 'UpdateAlias') {
    await scene.run('CreateAlias', { aliasName: 'alias/first', targetKeyId: keyId });
  }
  if (name === 'CreateGrant') {
    const given = { keyId, granteePrincipal: scene.ann.principalArn, operations: ['Decrypt'] };
    await scene.run('CreateGrant', given);
  }
  const long = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: ['*', 'x'.repeat(2000)] }],
  });
  return /Key/.test(name) ? { policy: long } : {};
}

/** The answers that were had on the way to an exception. */
async function provoke(name: string, error: string): Promise<readonly string[]> {
  const had: string[] = [];
  for (let attempt = 0; ; attempt += 1) {
    const scene = new Scene();
    const keyId = await scene.key(KINDS[name]);
    const good = await goodRequest(scene, name, keyId);
    const provocation = provocations(scene, name, error, keyId)[attempt];
    if (provocation === undefined) return had;
    const answer = await scene.answer(name, { ...good, ...(await provocation()) });
    had.push(answer);
    if (answer === error) return had;
  }
}

for (const { name, operation, states } of kmsOperationTable) {
  if (operation === 'later' || ELSEWHERE.test(name)) continue;
  test(`${name} answers each exception that its model lists, or there is a reason why it does not`, async () => {
    const listed = (MODELLED_ERRORS[name] ?? '').split(' ');
    assert.ok(listed.length > 1);
    for (const error of listed) {
      const worksInAllStates = error === 'KMSInvalidState' && states?.length === 8;
      const reason = NEVER.find(([pattern]) => pattern.test(error))?.[1] ?? NEVER_OF[`${name} ${error}`];
      const had = await provoke(name, error);
      const isAnswered = reason === undefined && !worksInAllStates;
      assert.equal(had.includes(error), isAnswered, `${error}: ${had.join(', ')}`);
    }
  });
}

test('the model lists every operation', () => {
  assert.deepEqual(
    Object.keys(MODELLED_ERRORS),
    kmsOperationTable.map(({ name }) => name),
  );
});
