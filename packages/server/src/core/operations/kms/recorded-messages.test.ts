import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { Params } from '../index.ts';
import { importInto, wrappedMaterial } from './import.test-fixture.ts';
import {
  BYTES,
  checkRecorded,
  ofArn,
  QUOTAS,
  type Recorded,
  RecordedScene,
  REPLICA_REGION,
  SNAPSHOTS,
  validation,
} from './recorded-messages.test-fixture.ts';
import { arnOf, place } from './service.test-fixture.ts';

const NO_KEY = '134f2428-cec1-4b25-a1ae-9048164dba47';

const KINDS: readonly Recorded[] = [
  {
    what: 'a usage without a spec that has it',
    source: 'aws/aws-sdk-go-v2#1426',
    operation: 'CreateKey',
    ask: () => ({ keyUsage: 'SIGN_VERIFY' }),
    answer: validation(
      'The operation failed because the KeyUsage value of the CMK is SIGN_VERIFY. To perform this operation, the KeyUsage value must be ENCRYPT_DECRYPT.',
    ),
  },
  {
    what: 'a usage that the spec has not',
    source: SNAPSHOTS,
    operation: 'CreateKey',
    ask: () => ({ keySpec: 'RSA_2048', keyUsage: 'KEY_AGREEMENT' }),
    answer: validation('KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048'),
  },
  {
    what: 'no usage where one is needed',
    source: SNAPSHOTS,
    operation: 'CreateKey',
    ask: () => ({ keySpec: 'HMAC_256' }),
    answer: validation(
      'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    ),
  },
  {
    what: 'a key of another usage',
    source: 'jonathankeebler/jwt-kms#4',
    operation: 'Encrypt',
    ask: async (scene) => ({
      ...(await scene.use({ keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' })),
      plaintext: BYTES,
    }),
    answer: ofArn('InvalidKeyUsage', 'key usage is SIGN_VERIFY which is not valid for Encrypt.'),
  },
  {
    what: 'an algorithm of other keys',
    source: 'jkroepke/helm-secrets#395',
    operation: 'Encrypt',
    ask: async (scene) => ({
      ...(await scene.use({ keySpec: 'SM2', keyUsage: 'ENCRYPT_DECRYPT' })),
      plaintext: BYTES,
    }),
    answer: () => ['InvalidKeyUsage', 'Algorithm SYMMETRIC_DEFAULT is incompatible with key spec SM2.'],
  },
  {
    what: 'no number of random bytes',
    source: SNAPSHOTS,
    operation: 'GenerateRandom',
    ask: () => ({}),
    answer: validation('NumberOfBytes is required.'),
  },
  {
    what: 'a ciphertext of another key',
    source: SNAPSHOTS,
    operation: 'Decrypt',
    async ask(scene) {
      const { ciphertextBlob } = await scene.run('Encrypt', { ...(await scene.use()), plaintext: BYTES });
      return { ...(await scene.use()), ciphertextBlob };
    },
    answer: () => [
      'IncorrectKey',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    ],
  },
  {
    what: 'another encryption context',
    source: 'boto/boto3#47',
    operation: 'Decrypt',
    async ask(scene) {
      const { ciphertextBlob } = await scene.run('Encrypt', { ...(await scene.use()), plaintext: BYTES });
      return { ciphertextBlob, encryptionContext: { customer: '4711' } };
    },
    answer: () => ['InvalidCiphertext', ''],
  },
];

const STATES: readonly Recorded[] = [
  {
    what: 'a key that is disabled',
    source: 'hashicorp/terraform#5688',
    operation: 'EnableKeyRotation',
    async ask(scene) {
      const key = await scene.use();
      await scene.run('DisableKey', key);
      return key;
    },
    answer: ofArn('Disabled', 'is disabled.'),
  },
  {
    what: 'a deletion that is scheduled already',
    source: 'hashicorp/terraform-provider-aws#17889',
    operation: 'ScheduleKeyDeletion',
    async ask(scene) {
      const key = await scene.use();
      await scene.run('ScheduleKeyDeletion', key);
      return key;
    },
    answer: ofArn('InvalidState', 'is pending deletion.'),
  },
  {
    what: 'a waiting period that is too short',
    source: 'Skyscanner/kms-issuer#8',
    operation: 'ScheduleKeyDeletion',
    ask: async (scene) => ({ ...(await scene.use()), pendingWindowInDays: 1 }),
    answer: validation('PendingWindowInDays must be between 7 and 30'),
  },
  {
    what: 'a key without its material',
    source: SNAPSHOTS,
    operation: 'Encrypt',
    ask: async (scene) => ({ ...(await scene.use({ origin: 'EXTERNAL' })), plaintext: BYTES }),
    answer: ofArn('InvalidState', 'is pending import.'),
  },
  {
    what: 'a key that is not there',
    source: 'boto/botocore#2107',
    operation: 'DescribeKey',
    ask: () => ({ keyId: NO_KEY }),
    answer: () => ['NotFound', `Key '${arnOf(`key/${NO_KEY}`)}' does not exist`],
  },
  {
    what: 'a key of another Region',
    source: SNAPSHOTS,
    operation: 'DescribeKey',
    ask: () => ({ keyId: `arn:aws:kms:${REPLICA_REGION}:${place.account}:key/${NO_KEY}` }),
    answer: () => ['NotFound', `Invalid arn ${REPLICA_REGION}`],
  },
  {
    what: 'an alias where only a key is taken',
    source: 'boto/boto#3202',
    operation: 'CreateGrant',
    ask: ({ ann }) => ({
      keyId: 'alias/app',
      granteePrincipal: ann.principalArn,
      operations: ['Decrypt'],
    }),
    answer: () => ['InvalidArn', 'Key Aliases are not supported for this operation.'],
  },
];

const MATERIALS: readonly Recorded[] = [
  {
    what: 'material for a key of the service',
    source: SNAPSHOTS,
    operation: 'GetParametersForImport',
    ask: async (scene) => ({
      ...(await scene.use()),
      wrappingAlgorithm: 'RSAES_OAEP_SHA_256',
      wrappingKeySpec: 'RSA_2048',
    }),
    answer: ofArn('Unsupported', 'origin is AWS_KMS which is not valid for this operation.'),
  },
  {
    what: 'material that expires, but not when',
    source: SNAPSHOTS,
    operation: 'ImportKeyMaterial',
    async ask(scene) {
      const { keyId } = await scene.use({ origin: 'EXTERNAL' });
      const { bench, ann } = scene;
      return { ...(await wrappedMaterial(bench, ann, keyId, BYTES)), expirationModel: undefined };
    },
    answer: validation('A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES'),
  },
  {
    what: 'automatic rotation of imported material',
    source: 'duo-labs/cloudmapper#906',
    operation: 'EnableKeyRotation',
    async ask(scene) {
      const key = await scene.use({ origin: 'EXTERNAL' });
      await importInto(scene.bench, scene.ann, key.keyId, BYTES);
      return key;
    },
    answer: ofArn('Unsupported', 'origin is EXTERNAL which is not valid for this operation.'),
  },
  {
    what: 'rotation of imported material, and no more is there',
    source: SNAPSHOTS,
    operation: 'RotateKeyOnDemand',
    async ask(scene) {
      const key = await scene.use({ origin: 'EXTERNAL' });
      await importInto(scene.bench, scene.ann, key.keyId, BYTES);
      return key;
    },
    answer: ({ arn }) => ['InvalidState', `No available key material pending rotation for the key: ${arn}.`],
  },
  {
    what: 'automatic rotation of a pair',
    source: 'terraform-aws-modules/terraform-aws-kms#20',
    operation: 'EnableKeyRotation',
    ask: (scene) => scene.use({ keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' }),
    answer: () => ['Unsupported', ''],
  },
  {
    what: 'a second replica in a Region',
    source: 'pulumi/pulumi-aws-native#184',
    operation: 'ReplicateKey',
    async ask(scene) {
      const asked = { ...(await scene.use({ multiRegion: true })), replicaRegion: REPLICA_REGION };
      await scene.run('ReplicateKey', asked);
      return asked;
    },
    answer: () => [
      'AlreadyExists',
      'You can create only one replica of each primary key in each AWS Region.',
    ],
  },
  {
    what: 'a replica of a key of one Region',
    source: SNAPSHOTS,
    operation: 'ReplicateKey',
    ask: async (scene) => ({ ...(await scene.use()), replicaRegion: REPLICA_REGION }),
    answer: ofArn('Unsupported', 'is not a multi-region primary key.'),
  },
];

const NAMES: readonly Recorded[] = [
  {
    what: 'an alias that is taken',
    source: 'crossplane-contrib/provider-aws#1741',
    operation: 'CreateAlias',
    async ask(scene) {
      const { keyId } = await scene.use();
      const alias = { aliasName: 'alias/app', targetKeyId: keyId };
      await scene.run('CreateAlias', alias);
      return alias;
    },
    answer: () => ['AlreadyExists', `An alias with the name ${arnOf('alias/app')} already exists`],
  },
  {
    what: 'an alias without its prefix',
    source: 'aws-controllers-k8s/community#1878',
    operation: 'CreateAlias',
    ask: async (scene) => ({ aliasName: 'app', targetKeyId: (await scene.use()).keyId }),
    answer: validation(
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    ),
  },
  {
    what: 'an alias with a colon',
    source: 'hashicorp/terraform-provider-aws#12891',
    operation: 'CreateAlias',
    ask: async (scene) => ({ aliasName: 'alias/Service:Test', targetKeyId: (await scene.use()).keyId }),
    answer: validation('alias/Service:Test contains invalid characters for an alias'),
  },
  {
    what: 'an alias too many',
    source: 'scylladb/scylla-cluster-tests#7611',
    operation: 'CreateAlias',
    async ask(scene) {
      const { keyId } = await scene.use();
      await scene.run('CreateAlias', { aliasName: 'alias/app', targetKeyId: keyId });
      return { aliasName: 'alias/other', targetKeyId: keyId };
    },
    answer: () => [
      'LimitExceeded',
      'Aliases per key quota for this account in this region is 1, current usage is 1.',
    ],
  },
  {
    what: 'a key too many',
    source: 'convox/rack#347',
    operation: 'CreateKey',
    async ask(scene) {
      for (let count = 0; count < QUOTAS.keysPerAccount; count += 1) await scene.use();
      return {};
    },
    answer: () => [
      'LimitExceeded',
      'Key quota for this account in this region is 2 but the current usage is 2.',
    ],
  },
  {
    what: 'a grant to make grants and nothing else',
    source: 'ansible/ansible#31960',
    operation: 'CreateGrant',
    ask: async (scene) => ({
      ...(await scene.use()),
      granteePrincipal: scene.ann.principalArn,
      operations: ['CreateGrant'],
    }),
    answer: validation('Grants must not contain only the CreateGrant operation.'),
  },
  {
    what: 'two constraints on the encryption context',
    source: 'aws/aws-sdk-java#328',
    operation: 'CreateGrant',
    ask: async (scene) => ({
      ...(await scene.use()),
      granteePrincipal: scene.ann.principalArn,
      operations: ['Encrypt', 'Decrypt'],
      constraints: new Params({ encryptionContextSubset: { a: 'b' }, encryptionContextEquals: {} }),
    }),
    answer: validation('More than one constraint supplied'),
  },
  {
    what: 'a policy that locks its author out',
    source: 'terraform-aws-modules/terraform-aws-eks#2843',
    operation: 'CreateKey',
    ask: () => ({
      policy: JSON.stringify({
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 'kms:Encrypt', Resource: '*' }],
      }),
    }),
    answer: () => [
      'MalformedPolicy',
      'The new key policy will not allow you to update the key policy in the future.',
    ],
  },
  {
    what: 'a tag of AWS',
    source: SNAPSHOTS,
    operation: 'TagResource',
    ask: async (scene) => ({
      ...(await scene.use()),
      tags: scene.bench.structures([{ tagKey: 'aws:a', tagValue: 'b' }]),
    }),
    answer: () => ['TagInvalid', 'Tags beginning with aws: are reserved'],
  },
];

for (const recorded of [...KINDS, ...STATES, ...MATERIALS, ...NAMES]) {
  const { operation, source, what } = recorded;
  test(`${operation}, ${what}, is refused as AWS is on record with (${source})`, () =>
    checkRecorded(new RecordedScene(openMemoryStore()), recorded));
}
