import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { KEY_STATES, type KeyRecord, type KeyState } from '../../keys/index.ts';
import { type Caller, Params } from '../index.ts';
import { importInto, wrappedMaterial } from './import.test-fixture.ts';
import { QUICK_KINDS, type Kind, keyArnOf, KindBench } from './key-kinds.test-fixture.ts';
import { isKeyOperation, stateRefusal } from './key-states.ts';
import { type KmsOperationRow, kmsOperationTable } from './operation-table.ts';

const OFFERED = kmsOperationTable.filter(
  ({ operation, states }) => operation !== 'later' && states !== undefined,
);
/** Operations on multi-Region keys. */
const MULTI_REGION: ReadonlySet<string> = new Set(['ReplicateKey', 'UpdatePrimaryRegion']);
const OTHER_REGION = 'eu-west-1';
const MESSAGE = new Uint8Array(32).fill(1);

/** What changes a record into one of a key in a state. */
const CHANGES: Readonly<Record<KeyState, Partial<KeyRecord>>> = {
  Enabled: {},
  Disabled: { enabled: false },
  PendingDeletion: { enabled: false, deletionAtMs: 2_000_000_000_000, deletionWindowDays: 7 },
  PendingReplicaDeletion: { enabled: false, deletionWindowDays: 7 },
  PendingImport: { origin: 'EXTERNAL', materials: [] },
  Unavailable: { heldIn: 'Unavailable' },
  Creating: { heldIn: 'Creating' },
  Updating: { heldIn: 'Updating' },
};

/** A kind of key that an operation works with. */
function kindFor({ usage }: KmsOperationRow): Kind {
  const wanted = usage === undefined ? 'ENCRYPT_DECRYPT' : usage === 'any pair' ? 'SIGN_VERIFY' : usage;
  const preferred = wanted === 'SIGN_VERIFY' ? 'ECC_NIST_P256' : undefined;
  const kind = QUICK_KINDS.find(
    ({ keySpec, keyUsage }) => keyUsage === wanted && (preferred === undefined || keySpec === preferred),
  );
  assert.ok(kind !== undefined);
  return kind;
}

/** The operations on keys whose material comes from elsewhere. */
const OF_IMPORTS: ReadonlySet<string> = new Set([
  'DeleteImportedKeyMaterial',
  'GetParametersForImport',
  'ImportKeyMaterial',
]);

/** Makes a key that an operation works with; answers its id. */
async function keyFor(kinds: KindBench, row: KmsOperationRow): Promise<string> {
  if (!OF_IMPORTS.has(row.name)) return kinds.key(kindFor(row), { multiRegion: MULTI_REGION.has(row.name) });
  const keyId = await kinds.key(kindFor(row), { origin: 'EXTERNAL' });
  await importInto(kinds.bench, kinds.ann, keyId, MESSAGE);
  return keyId;
}

/** Requests for every operation on a key, that succeed with one that is enabled and of the operation's kind. */
async function requestsFor(kinds: KindBench, keyId: string, { keySpec, keyUsage }: Kind): Promise<object> {
  const signing = { signingAlgorithm: 'ECDSA_SHA_256', message: MESSAGE };
  const mac = { macAlgorithm: `HMAC_SHA_${keySpec.slice(5)}`, message: MESSAGE };
  const ofUsage = {
    ENCRYPT_DECRYPT: () => kinds.run('Encrypt', { keyId, plaintext: MESSAGE }),
    SIGN_VERIFY: () => kinds.run('Sign', { keyId, ...signing }),
    GENERATE_VERIFY_MAC: () => kinds.run('GenerateMac', { keyId, ...mac }),
    KEY_AGREEMENT: () => kinds.run('GetPublicKey', { keyId }),
    ENCAPSULATE_DECAPSULATE: () => kinds.run('Encapsulate', { keyId, encapsulationAlgorithm: 'ML_KEM' }),
  }[keyUsage];
  const made = await ofUsage();
  return {
    ...signing,
    ...(keyUsage === 'GENERATE_VERIFY_MAC' ? mac : {}),
    ...made,
    keyId,
    destinationKeyId: keyId,
    description: 'd',
    encapsulationAlgorithm: 'ML_KEM',
    granteePrincipal: kinds.ann.principalArn,
    keyAgreementAlgorithm: 'ECDH',
    keyPairSpec: 'ECC_NIST_P256',
    operations: ['DescribeKey'],
    plaintext: MESSAGE,
    policy: String((await kinds.run('GetKeyPolicy', { keyId }))['policy']),
    tagKeys: ['a'],
    tags: kinds.bench.structures([]),
    targetKeyId: keyId,
  };
}

/** Requests that are not the same for all operations. */
async function requestFor(
  kinds: KindBench,
  name: string,
  keyId: string,
  common: object,
): Promise<Readonly<Record<string, unknown>>> {
  const aliasName = 'alias/known';
  switch (name) {
    case 'CreateAlias':
      return { ...common, aliasName: 'alias/new' };
    case 'UpdateAlias':
    case 'DeleteAlias':
      await kinds.run('CreateAlias', { aliasName, targetKeyId: keyId });
      return { ...common, aliasName };
    case 'GenerateDataKey':
    case 'GenerateDataKeyWithoutPlaintext':
      return { ...common, keySpec: 'AES_256' };
    case 'GetParametersForImport':
      return { ...common, wrappingAlgorithm: 'RSAES_OAEP_SHA_256', wrappingKeySpec: 'RSA_2048' };
    case 'ImportKeyMaterial':
      return { ...(await wrappedMaterial(kinds.bench, kinds.ann, keyId, MESSAGE)), keyId };
    case 'ReplicateKey':
      return { keyId, replicaRegion: OTHER_REGION };
    case 'UpdatePrimaryRegion':
      await kinds.run('ReplicateKey', { keyId, replicaRegion: OTHER_REGION });
      return { keyId, primaryRegion: OTHER_REGION };
    case 'RetireGrant':
    case 'RevokeGrant': {
      const { grantId } = await kinds.run('CreateGrant', common);
      return { ...common, grantId };
    }
    default:
      return { ...common };
  }
}

function told(performed: Awaited<ReturnType<KindBench['bench']['perform']>>): string {
  return performed.kind === 'released' ? 'ok' : `${performed.error.code}: ${performed.error.message}`;
}

for (const row of OFFERED) {
  test(`${row.name} works with keys in the states that its row says, and refuses others in AWS's words`, async () => {
    const { name, states } = row;
    assert.ok(isKeyOperation(name));
    for (const state of KEY_STATES) {
      const kinds = new KindBench(openMemoryStore());
      const kind = kindFor(row);
      const keyId = await keyFor(kinds, row);
      const params = await requestFor(kinds, name, keyId, await requestsFor(kinds, keyId, kind));
      kinds.bench.changeKey(keyId, CHANGES[state]);
      const origin = OF_IMPORTS.has(name) ? 'EXTERNAL' : (CHANGES[state].origin ?? 'AWS_KMS');
      const key = { arn: keyArnOf(keyId), origin };
      const refusal = stateRefusal(name, key, state);
      const expected = refusal === undefined ? 'ok' : `${refusal.code}: ${refusal.message}`;
      assert.equal(refusal === undefined, states?.includes(state));
      assert.equal(told(await kinds.bench.perform(kinds.ann, name, params)), expected, state);
    }
  });
}

test('an operation refuses keys that were made for something else, and says what they are for', async () => {
  const kinds = new KindBench(openMemoryStore());
  const keys = await Promise.all(
    QUICK_KINDS.map(async (kind) => ({ kind, keyId: await kinds.key(kind), external: false })),
  );
  for (const row of OFFERED) {
    const { name, usage } = row;
    if (usage === undefined || usage === 'any pair') continue;
    const own = kindFor(row);
    const common = await requestsFor(kinds, await kinds.key(own), own);
    for (const { keyId, kind } of keys) {
      if (kind.keyUsage === usage) continue;
      // A ciphertext of a symmetric key names its own.
      const algorithm = 'RSAES_OAEP_SHA_256';
      const asked = {
        ...common,
        keyId,
        destinationKeyId: keyId,
        sourceKeyId: keyId,
        keySpec: 'AES_256',
        encryptionAlgorithm: algorithm,
        sourceEncryptionAlgorithm: algorithm,
      };
      assert.equal(
        told(await kinds.bench.perform(kinds.ann, name, asked)),
        `InvalidKeyUsage: ${keyArnOf(keyId)} key usage is ${kind.keyUsage} which is not valid for ${name}.`,
      );
    }
  }
});

test('a dry run of every operation that has one asks everything, says that it would succeed, and makes nothing', async () => {
  const kinds = new KindBench(openMemoryStore());
  for (const row of OFFERED) {
    if (row.usage === undefined || row.usage === 'any pair') continue;
    const kind = kindFor(row);
    const keyId = await kinds.key(kind);
    const params = await requestFor(kinds, row.name, keyId, await requestsFor(kinds, keyId, kind));
    const performed = await kinds.bench.perform(kinds.ann, row.name, { ...params, dryRun: true });
    assert.match(told(performed), /^DryRun: The request would have succeeded/, row.name);
    const event = kinds.bench.lastEvent();
    assert.equal(event.decisions?.at(-1)?.effect, 'allow', row.name);
    assert.equal(event.key?.id, keyId);
  }
});

test('an attestation is refused wherever a request can have one', async () => {
  const kinds = new KindBench(openMemoryStore());
  for (const name of [
    'Decrypt',
    'DeriveSharedSecret',
    'GenerateDataKey',
    'GenerateDataKeyPair',
    'GenerateRandom',
  ]) {
    const row = kmsOperationTable.find((candidate) => candidate.name === name);
    assert.ok(row !== undefined);
    const kind = kindFor(row);
    const keyId = await kinds.key(kind);
    const params = await requestFor(kinds, name, keyId, await requestsFor(kinds, keyId, kind));
    const performed = await kinds.bench.perform(kinds.ann, name, {
      ...params,
      numberOfBytes: 1,
      recipient: new Params({}),
    });
    assert.equal(told(performed), 'Unsupported: Attestation (Recipient) is not supported.', name);
  }
});

test('each permission of the table is what its operation asks for', async () => {
  const kinds = new KindBench(openMemoryStore());
  const nobody: Caller = kinds.bench.addUser('nobody', []);
  for (const row of OFFERED) {
    const kind = kindFor(row);
    const keyId = await keyFor(kinds, row);
    const params = await requestFor(kinds, row.name, keyId, await requestsFor(kinds, keyId, kind));
    const performed = await kinds.bench.perform(nobody, row.name, params);
    assert.match(told(performed), /^AccessDenied/, row.name);
    const [decision] = kinds.bench.lastEvent().decisions ?? [];
    assert.ok(row.permissions.includes(decision?.permission ?? ''), row.name);
    if (/^(Update|Delete)Alias$/.test(row.name)) await kinds.run('DeleteAlias', { aliasName: 'alias/known' });
  }
});
