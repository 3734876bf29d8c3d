import { DataKeyPairSpec, DataKeySpec, GrantOperation, KeySpec, KeyUsageType } from '@aws-sdk/client-kms';
import { kmsOperationTable } from '../../packages/server/src/core/operations/index.ts';
import type { Random } from '../crash/random.ts';
import { CANARY, type Members, REGIONS, type Scene, type SceneKey, SUBJECTS } from './scene.ts';

/** A request that succeeds, unless the state that fuzzing has left stands in the way. */
export interface ValidRequest {
  readonly operation: string;
  readonly members: Members;
}

/** Every operation that the service offers. */
export const OPERATIONS: readonly string[] = kmsOperationTable
  .filter(({ operation }) => operation !== 'later')
  .map(({ name }) => name);

type Build = (scene: Scene, random: Random) => Members;

const PLAINTEXT = CANARY.toString('base64');

/** A valid request for one operation. */
export function validRequest(scene: Scene, random: Random, operation: string): ValidRequest {
  const build = BUILDERS[operation];
  if (build === undefined) throw new TypeError(`there is no valid request for \`${operation}\``);
  const members = Object.entries(build(scene, random)).filter(([, value]) => value !== undefined);
  return { operation, members: Object.fromEntries(members) };
}

/** A valid request for each operation, by name. */
const BUILDERS: Readonly<Record<string, Build>> = {
  CancelKeyDeletion: (scene, random) =>
    scene.pending.length > 0 ? { KeyId: random.one(scene.pending) } : ofSubject()(scene, random),
  CreateAlias: (scene, random) => ({
    AliasName: `alias/fuzz-${random.below(1_000_000)}`,
    TargetKeyId: subject(scene, random).id,
  }),
  CreateGrant: createGrant,
  CreateKey: createKey,
  Decapsulate: givenBack('Decapsulate'),
  Decrypt: givenBack('Decrypt'),
  DeleteAlias: (scene, random) => ({ AliasName: random.one(['alias/none', ...scene.aliases.slice(-4)]) }),
  DeleteImportedKeyMaterial: (scene, random) => ({ KeyId: random.one(scene.imported).id }),
  DeriveSharedSecret: givenBack('DeriveSharedSecret'),
  DescribeKey: (scene, random) => ({ KeyId: nameOf(anyKey(scene, random), random) }),
  DisableKey: ofSubject(),
  DisableKeyRotation: ofSubject(),
  EnableKey: ofSubject(),
  EnableKeyRotation: (scene, random) => ({
    ...ofSubject()(scene, random),
    ...(random.chance(50) ? { RotationPeriodInDays: 90 + random.below(2400) } : {}),
  }),
  Encapsulate: (scene, random) => {
    const key = ofUsage(scene, random, 'ENCAPSULATE_DECAPSULATE');
    return { KeyId: nameOf(key, random), EncapsulationAlgorithm: random.one(key.algorithms) };
  },
  Encrypt: (scene, random) => {
    const key = ofUsage(scene, random, 'ENCRYPT_DECRYPT');
    const isSymmetric = key.spec === 'SYMMETRIC_DEFAULT';
    return {
      KeyId: nameOf(key, random),
      Plaintext: PLAINTEXT,
      ...(isSymmetric ? contextOf(random) : { EncryptionAlgorithm: random.one(key.algorithms) }),
    };
  },
  GenerateDataKey: dataKey,
  GenerateDataKeyPair: dataKeyPair,
  GenerateDataKeyPairWithoutPlaintext: dataKeyPair,
  GenerateDataKeyWithoutPlaintext: dataKey,
  GenerateMac: (scene, random) => {
    const key = ofUsage(scene, random, 'GENERATE_VERIFY_MAC');
    return { KeyId: nameOf(key, random), MacAlgorithm: random.one(key.algorithms), Message: PLAINTEXT };
  },
  GenerateRandom: (_scene, random) => ({ NumberOfBytes: 1 + random.below(1024) }),
  GetKeyLastUsage: (scene, random) => ({ KeyId: idOf(anyKey(scene, random), random) }),
  GetKeyPolicy: (scene, random) => ({ KeyId: idOf(anyKey(scene, random), random), PolicyName: 'default' }),
  GetKeyRotationStatus: ofSubject(),
  GetParametersForImport: (scene, random) => ({
    KeyId: random.one(scene.imported).id,
    WrappingAlgorithm: random.one(['RSAES_OAEP_SHA_256', 'RSA_AES_KEY_WRAP_SHA_256']),
    WrappingKeySpec: 'RSA_2048',
  }),
  GetPublicKey: (scene, random) => ({
    KeyId: nameOf(random.one(scene.keys.filter(({ spec }) => !/^(?:HMAC|SYMMETRIC)_/.test(spec))), random),
  }),
  ImportKeyMaterial: (scene, random) => random.one(scene.imports),
  ListAliases: (scene, random) => ({
    ...(random.chance(40) ? { KeyId: idOf(anyKey(scene, random), random) } : {}),
    ...pageOf(scene, random, 1000),
  }),
  ListGrants: (scene, random) => ({ ...ofSubject()(scene, random), ...pageOf(scene, random, 100) }),
  ListKeyPolicies: (scene, random) => ({ KeyId: idOf(anyKey(scene, random), random) }),
  ListKeyRotations: ofSubject(),
  ListKeys: (scene, random) => pageOf(scene, random, 1000),
  ListResourceTags: ofSubject(),
  ListRetirableGrants: (scene, random) => ({
    RetiringPrincipal: random.one(scene.principals),
    ...pageOf(scene, random, 100),
  }),
  PutKeyPolicy: (scene, random) => ({
    ...ofSubject()(scene, random),
    Policy: policyOf(scene, random),
  }),
  ReEncrypt: (scene, random) => {
    const { CiphertextBlob, EncryptionAlgorithm, EncryptionContext, KeyId } = givenBack('Decrypt')(
      scene,
      random,
    );
    const to = ofUsage(scene, random, 'ENCRYPT_DECRYPT');
    return {
      CiphertextBlob,
      SourceKeyId: KeyId,
      SourceEncryptionAlgorithm: EncryptionAlgorithm,
      SourceEncryptionContext: EncryptionContext,
      DestinationKeyId: nameOf(to, random),
      DestinationEncryptionAlgorithm: random.one(to.algorithms),
    };
  },
  ReplicateKey: (scene, random) => ({ KeyId: random.one(scene.multiRegion).id, ReplicaRegion: REGIONS[1] }),
  RetireGrant: (scene, random) => {
    const { GrantToken, ...grant } = grantOf(scene, random);
    return random.chance(50) && GrantToken !== undefined ? { GrantToken } : grant;
  },
  RevokeGrant: (scene, random) => {
    const { GrantId, KeyId } = grantOf(scene, random);
    return { GrantId, KeyId };
  },
  RotateKeyOnDemand: ofSubject(),
  ScheduleKeyDeletion: (scene, random) => ({
    ...ofSubject()(scene, random),
    PendingWindowInDays: 7 + random.below(24),
  }),
  Sign: (scene, random) => {
    const { KeyId, Message, MessageType, SigningAlgorithm } = givenBack('Verify')(scene, random);
    return { KeyId, Message, MessageType, SigningAlgorithm };
  },
  TagResource: (scene, random) => ({ ...ofSubject()(scene, random), Tags: tagsOf(random) }),
  UntagResource: (scene, random) => ({ ...ofSubject()(scene, random), TagKeys: ['team'] }),
  UpdateAlias: (scene, random) => {
    // An alias stays with keys of one kind.
    const alike = scene.subjects.slice(0, SUBJECTS);
    return { AliasName: random.one(alike).alias, TargetKeyId: random.one(alike).id };
  },
  UpdateKeyDescription: (scene, random) => ({
    ...ofSubject()(scene, random),
    Description: `number ${random.below(1000)}`,
  }),
  UpdatePrimaryRegion: (scene, random) => ({
    KeyId: random.one(scene.multiRegion).id,
    PrimaryRegion: random.one(REGIONS),
  }),
  Verify: givenBack('Verify'),
  VerifyMac: givenBack('VerifyMac'),
};

function ofSubject(): Build {
  return (scene, random) => ({ KeyId: idOf(subject(scene, random), random) });
}

function givenBack(operation: string): Build {
  return (scene, random) => {
    const { members } = random.one(scene.made.filter((made) => made.operation === operation));
    return members;
  };
}

function createKey(scene: Scene, random: Random): Members {
  const { spec, usage } = random.one(scene.keys);
  return {
    ...(random.chance(60) ? { KeySpec: spec, KeyUsage: usage } : {}),
    ...(random.chance(30) ? { Description: 'made by a fuzz run' } : {}),
    ...(random.chance(30) ? { Tags: tagsOf(random) } : {}),
    ...(random.chance(20) ? { Policy: policyOf(scene, random) } : {}),
    ...(random.chance(10) ? { MultiRegion: true } : {}),
    ...(random.chance(5) ? { Origin: 'EXTERNAL' } : {}),
    ...(random.chance(5) ? { KeySpec: random.one(Object.values(KeySpec)) } : {}),
    ...(random.chance(5) ? { KeyUsage: random.one(Object.values(KeyUsageType)) } : {}),
  };
}

function createGrant(scene: Scene, random: Random): Members {
  const constraint = random.one(['EncryptionContextEquals', 'EncryptionContextSubset']);
  const key = random.chance(70) ? subject(scene, random) : random.one(scene.keys);
  const operations = random.chance(85)
    ? ['DescribeKey', 'RetireGrant', 'CreateGrant']
    : [random.one(Object.values(GrantOperation))];
  return {
    KeyId: idOf(key, random),
    GranteePrincipal: random.one(scene.principals),
    RetiringPrincipal: random.one(scene.principals),
    Operations: operations,
    ...(random.chance(20) ? { Constraints: { [constraint]: { customer: '4711' } } } : {}),
    ...(random.chance(20) ? { Name: `grant-${random.below(50)}` } : {}),
  };
}

function dataKey(scene: Scene, random: Random): Members {
  const size = random.chance(50)
    ? { KeySpec: random.one(Object.values(DataKeySpec)) }
    : { NumberOfBytes: 1 + random.below(1024) };
  return { KeyId: nameOf(symmetric(scene), random), ...size, ...contextOf(random) };
}

function dataKeyPair(scene: Scene, random: Random): Members {
  const KeyPairSpec = random.one(Object.values(DataKeyPairSpec));
  return { KeyId: nameOf(symmetric(scene), random), KeyPairSpec, ...contextOf(random) };
}

function contextOf(random: Random): Members {
  return random.chance(50) ? {} : { EncryptionContext: { customer: '4711', n: String(random.below(10)) } };
}

function grantOf(scene: Scene, random: Random): Members {
  return scene.grants.length === 0
    ? { KeyId: subject(scene, random).id, GrantId: '0'.repeat(64) }
    : random.one(scene.grants);
}

function tagsOf(random: Random): readonly Members[] {
  const count = 1 + random.below(3);
  return Array.from({ length: count }, (_, at) => ({
    TagKey: `tag-${at}`,
    TagValue: String(random.below(9)),
  }));
}

/** A policy that leaves the account in charge, with a statement more, or none. */
function policyOf(scene: Scene, random: Random): string {
  const account = scene.principals[0]?.split(':')[4] ?? '';
  const owner = {
    Sid: 'Owner',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  const more = {
    Effect: random.one(['Allow', 'Deny']),
    Principal: { AWS: random.one(scene.principals) },
    Action: ['kms:Decrypt', 'kms:Get*'],
    Resource: '*',
    Condition: { StringEquals: { 'kms:EncryptionContext:customer': ['4711', '4712'] } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: random.chance(50) ? [owner] : [owner, more] });
}

/** A page, sometimes the next one of a listing. */
function pageOf(scene: Scene, random: Random, limitMax: number): Members {
  const { markers } = scene;
  return {
    ...(random.chance(60) ? { Limit: 1 + random.below(random.chance(80) ? 5 : limitMax) } : {}),
    ...(random.chance(30) && markers.length > 0 ? { Marker: random.one(markers) } : {}),
  };
}

function subject(scene: Scene, random: Random): SceneKey {
  if (random.chance(3)) return random.one(scene.keys);
  return random.one(random.chance(50) ? scene.subjects.slice(0, SUBJECTS) : scene.subjects);
}

function anyKey(scene: Scene, random: Random): SceneKey {
  return random.one([...scene.keys, ...scene.subjects, ...scene.imported, ...scene.multiRegion]);
}

function ofUsage(scene: Scene, random: Random, usage: string): SceneKey {
  return random.one(scene.keys.filter((key) => key.usage === usage));
}

function symmetric({ keys }: Scene): SceneKey {
  const key = keys.find(({ spec }) => spec === 'SYMMETRIC_DEFAULT');
  if (key === undefined) throw new TypeError('the scene has no symmetric key');
  return key;
}

function idOf({ arn, id }: SceneKey, random: Random): string {
  return random.chance(50) ? id : arn;
}

/** One of the four names of a key that its use takes. */
function nameOf(key: SceneKey, random: Random): string {
  const { alias, arn } = key;
  if (alias === '' || random.chance(60)) return idOf(key, random);
  return random.chance(50) ? alias : arn.replace(/key\/.*$/, alias);
}
