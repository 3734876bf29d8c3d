import { constants, publicEncrypt } from 'node:crypto';
import { KEY_SPECS, keyAlgorithm, type KeySpec } from '../../packages/server/src/core/crypto/index.ts';
import { isRecord } from '../crash/kms-client.ts';

/** What an operation is asked, or answers, by the members' names on the wire. */
export type Members = Readonly<Record<string, unknown>>;

/** Asks one operation as the administrator; rejects when it is refused. */
export type Ask = (operation: string, members: Members) => Promise<Members>;

/** What is encrypted, signed and authenticated; it must not be found in an error, nor on the record. */
export const CANARY: Buffer = Buffer.from('canary-ZQXJKV-5d1c-plaintext');

/** The Regions of the service under test; the first is its home. */
export const REGIONS = ['us-east-1', 'eu-west-1'] as const;

/** A key of the scene. */
export interface SceneKey {
  readonly id: string;
  readonly arn: string;
  readonly spec: string;
  readonly usage: string;
  readonly alias: string;
  /** What it is used with: of signing, encryption, MACs, agreement or encapsulation. */
  readonly algorithms: readonly string[];
}

/** Something that was made with a key, and can be given back to it: members of a request that succeeds. */
export interface Made {
  readonly operation: string;
  readonly members: Members;
}

/** All that requests are made of. What fuzzing itself creates is added to it. */
export interface Scene {
  /** Who has asked for it; also whom grants are given to. */
  readonly principals: readonly string[];
  /** Keys to use: one of each spec and usage. */
  readonly keys: readonly SceneKey[];
  /** Keys to administer, which others may find in any state. */
  readonly subjects: SceneKey[];
  /** Keys whose material is imported. */
  readonly imported: readonly SceneKey[];
  readonly multiRegion: SceneKey[];
  /** Ids of keys that wait for their deletion. */
  readonly pending: string[];
  readonly made: readonly Made[];
  readonly imports: Members[];
  /** Grants that were there when they were last heard of, with their tokens. */
  readonly grants: Members[];
  readonly grantTokens: string[];
  readonly aliases: string[];
  readonly markers: string[];
}

/** The scene keeps this many of each thing that fuzzing creates. */
const KEPT_MAX = 40;
/** Symmetric keys among those to administer, which are there from the start and stay. */
export const SUBJECTS = 8;
const CONTEXTS: readonly Members[] = [
  {},
  { customer: '4711' },
  { b: '2', a: '1', ключ: '\u{1F511}', '': '' },
];

/** Makes every kind of key of these specs, and something with each. */
export async function setScene(
  ask: Ask,
  principals: readonly string[],
  specs: readonly KeySpec[] = KEY_SPECS,
): Promise<Scene> {
  const kinds = specs.flatMap((spec) => keyAlgorithm(spec).usages.map((usage) => [spec, usage] as const));
  const keys: SceneKey[] = [];
  for (const [KeySpec, KeyUsage] of kinds) keys.push(await newKey(ask, { KeySpec, KeyUsage }));
  const several = async (count: number, members: Members): Promise<SceneKey[]> => {
    const found: SceneKey[] = [];
    while (found.length < count) found.push(await newKey(ask, members));
    return found;
  };
  const scene: Scene = {
    principals,
    keys,
    subjects: await several(SUBJECTS, { Tags: [{ TagKey: 'team', TagValue: 'red' }] }),
    imported: await several(3, { Origin: 'EXTERNAL' }),
    multiRegion: await several(6, { MultiRegion: true }),
    pending: [],
    made: [],
    imports: [],
    grants: [],
    grantTokens: [],
    aliases: [],
    markers: [],
  };
  for (const key of scene.multiRegion.slice(3)) {
    await ask('ReplicateKey', { KeyId: key.id, ReplicaRegion: REGIONS[1] });
  }
  for (const key of scene.imported) await importMaterial(ask, scene, key);
  const made: Made[] = [];
  for (const key of keys) made.push(...(await useKey(ask, key)));
  return { ...scene, made };
}

/** Keeps of a success what later requests can be made of. */
export function remember(scene: Scene, operation: string, asked: Members, answered: Members): void {
  const { GrantId, GrantToken, KeyId, KeyMetadata, NextMarker } = answered;
  if (operation === 'CreateKey' && isRecord(KeyMetadata)) {
    const isOfSeveral = KeyMetadata['MultiRegion'] === true && KeyMetadata['KeySpec'] === 'SYMMETRIC_DEFAULT';
    keep(isOfSeveral ? scene.multiRegion : scene.subjects, keyOf(KeyMetadata, ''));
  }
  if (operation === 'CreateGrant') keep(scene.grants, { KeyId: asked['KeyId'], GrantId, GrantToken });
  if (operation === 'RevokeGrant' || operation === 'RetireGrant') forget(scene.grants, asked);
  if (operation === 'ScheduleKeyDeletion') keep(scene.pending, String(KeyId));
  if (operation === 'CancelKeyDeletion') remove(scene.pending, (id) => id === KeyId);
  if (operation === 'DeleteAlias') remove(scene.aliases, (name) => name === asked['AliasName']);
  if (typeof GrantToken === 'string') keep(scene.grantTokens, GrantToken);
  if (typeof NextMarker === 'string') keep(scene.markers, NextMarker);
  if (operation === 'CreateAlias') keep(scene.aliases, String(asked['AliasName']));
  if (operation === 'GetParametersForImport' && asked['WrappingAlgorithm'] === OAEP) {
    keep(scene.imports, wrapped(answered));
  }
}

function keep<Item>(items: Item[], item: Item): void {
  items.push(item);
  if (items.length > KEPT_MAX) items.splice(SUBJECTS, 1);
}

function forget(grants: Members[], { GrantId, GrantToken }: Members): void {
  remove(grants, (grant) => grant['GrantId'] === GrantId || grant['GrantToken'] === GrantToken);
}

function remove<Item>(items: Item[], isGone: (item: Item) => boolean): void {
  const at = items.findIndex(isGone);
  if (at >= 0) items.splice(at, 1);
}

let aliasCount = 0;

async function newKey(ask: Ask, members: Members): Promise<SceneKey> {
  const { KeyMetadata } = await ask('CreateKey', members);
  if (!isRecord(KeyMetadata)) throw new TypeError('CreateKey answered no metadata');
  aliasCount += 1;
  const key = keyOf(KeyMetadata, `alias/scene-${aliasCount}`);
  await ask('CreateAlias', { AliasName: key.alias, TargetKeyId: key.id });
  return key;
}

const ALGORITHMS = [
  'EncryptionAlgorithms',
  'SigningAlgorithms',
  'MacAlgorithms',
  'KeyAgreementAlgorithms',
  'EncapsulationAlgorithms',
];

function keyOf(metadata: Members, alias: string): SceneKey {
  const algorithms = ALGORITHMS.flatMap((name) => metadata[name] ?? []).map(String);
  return {
    id: String(metadata['KeyId']),
    arn: String(metadata['Arn']),
    spec: String(metadata['KeySpec']),
    usage: String(metadata['KeyUsage']),
    alias,
    algorithms,
  };
}

const OAEP = 'RSAES_OAEP_SHA_256';

async function importMaterial(ask: Ask, scene: Scene, { id }: SceneKey): Promise<void> {
  const asked = { KeyId: id, WrappingAlgorithm: OAEP, WrappingKeySpec: 'RSA_2048' };
  const answered = await ask('GetParametersForImport', asked);
  remember(scene, 'GetParametersForImport', asked, answered);
  await ask('ImportKeyMaterial', wrapped(answered));
}

/** Wraps material as a client does. A key takes the same material again. */
function wrapped({ KeyId, ImportToken, PublicKey }: Members): Members {
  const publicKey = {
    key: Buffer.from(String(PublicKey), 'base64'),
    format: 'der',
    type: 'spki',
    padding: constants.RSA_PKCS1_OAEP_PADDING,
    oaepHash: 'sha256',
  } as const;
  return {
    KeyId,
    ImportToken,
    EncryptedKeyMaterial: publicEncrypt(publicKey, Buffer.alloc(32, 7)).toString('base64'),
    ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
  };
}

/** What was made with a key, with each algorithm, as the members of the request that gives it back. */
async function useKey(ask: Ask, key: SceneKey): Promise<readonly Made[]> {
  const made: Made[] = [];
  for (const algorithm of key.algorithms) made.push(...(await useAlgorithm(ask, key, algorithm)));
  return made;
}

async function useAlgorithm(
  ask: Ask,
  { id, spec, usage }: SceneKey,
  algorithm: string,
): Promise<readonly Made[]> {
  const Message = CANARY.toString('base64');
  switch (usage) {
    case 'ENCRYPT_DECRYPT': {
      const contexts = spec === 'SYMMETRIC_DEFAULT' ? CONTEXTS : [undefined];
      const made: Made[] = [];
      for (const EncryptionContext of contexts) {
        const common = { KeyId: id, EncryptionAlgorithm: algorithm, EncryptionContext };
        const { CiphertextBlob } = await ask('Encrypt', { ...common, Plaintext: Message });
        made.push({ operation: 'Decrypt', members: { ...common, CiphertextBlob } });
      }
      return made;
    }
    case 'SIGN_VERIFY': {
      const MessageType = messageTypeOf(algorithm);
      const common = {
        KeyId: id,
        SigningAlgorithm: algorithm,
        Message: messageFor(MessageType),
        MessageType,
      };
      const { Signature } = await ask('Sign', common);
      return [{ operation: 'Verify', members: { ...common, Signature } }];
    }
    case 'GENERATE_VERIFY_MAC': {
      const common = { KeyId: id, MacAlgorithm: algorithm, Message };
      const { Mac } = await ask('GenerateMac', common);
      return [{ operation: 'VerifyMac', members: { ...common, Mac } }];
    }
    case 'KEY_AGREEMENT': {
      const { PublicKey } = await ask('GetPublicKey', { KeyId: id });
      const members = { KeyId: id, KeyAgreementAlgorithm: algorithm, PublicKey };
      return [{ operation: 'DeriveSharedSecret', members }];
    }
    default: {
      const common = { KeyId: id, EncapsulationAlgorithm: algorithm };
      const { SharedSecretCiphertextBlob } = await ask('Encapsulate', common);
      return [{ operation: 'Decapsulate', members: { ...common, SharedSecretCiphertextBlob } }];
    }
  }
}

function messageTypeOf(algorithm: string): string {
  return algorithm === 'ED25519_PH_SHA_512' ? 'DIGEST' : 'RAW';
}

function messageFor(messageType: string): string {
  return (messageType === 'RAW' ? CANARY : Buffer.alloc(64, CANARY)).toString('base64');
}
