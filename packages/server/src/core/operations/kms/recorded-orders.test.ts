import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import {
  BYTES,
  checkRecorded,
  MEASURED,
  ofArn,
  type Recorded,
  RecordedScene,
  validation,
} from './recorded-messages.test-fixture.ts';

const PAIR = { keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' };
const MAC = { keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' };
const SM2 = { keySpec: 'SM2', keyUsage: 'ENCRYPT_DECRYPT' };
const INCORRECT = 'The key ID in the request does not identify a CMK that can perform this operation.';

async function disabled(scene: RecordedScene, kind: object): Promise<{ readonly keyId: string }> {
  const key = await scene.use(kind);
  await scene.run('DisableKey', key);
  return key;
}

/** A ciphertext of another key than the one that is named. */
async function underAnother(scene: RecordedScene, kind: object): Promise<Readonly<Record<string, unknown>>> {
  const { ciphertextBlob } = await scene.run('Encrypt', { ...(await scene.use()), plaintext: BYTES });
  return { ...(await scene.use(kind)), ciphertextBlob };
}

function decryptUnderAnother(what: string, kind: object): Recorded {
  return {
    what,
    source: MEASURED,
    operation: 'Decrypt',
    ask: (scene) => underAnother(scene, kind),
    answer: () => ['IncorrectKey', INCORRECT],
  };
}

function generateDataKey(what: string, kind: object, answer: Recorded['answer'], more: object): Recorded {
  return {
    what,
    source: MEASURED,
    operation: 'GenerateDataKey',
    ask: async (scene) => ({ ...(await disabled(scene, kind)), ...more }),
    answer,
  };
}

const RECORDED: readonly Recorded[] = [
  {
    what: 'a disabled key of another usage',
    source: MEASURED,
    operation: 'Sign',
    ask: async (scene) => ({
      ...(await disabled(scene, MAC)),
      message: BYTES,
      signingAlgorithm: 'ECDSA_SHA_256',
    }),
    answer: ofArn('InvalidKeyUsage', 'key usage is GENERATE_VERIFY_MAC which is not valid for Sign.'),
  },
  {
    what: 'a disabled key that has another algorithm',
    source: MEASURED,
    operation: 'Sign',
    ask: async (scene) => ({
      ...(await disabled(scene, PAIR)),
      message: BYTES,
      signingAlgorithm: 'ECDSA_SHA_384',
    }),
    answer: ofArn('Disabled', 'is disabled.'),
  },
  {
    what: 'another algorithm before the length of the digest',
    source: MEASURED,
    operation: 'Sign',
    ask: async (scene) => ({
      ...(await scene.use(PAIR)),
      message: BYTES.subarray(20),
      messageType: 'DIGEST',
      signingAlgorithm: 'ECDSA_SHA_384',
    }),
    answer: () => ['InvalidKeyUsage', 'Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.'],
  },
  {
    what: 'a digest for ML-DSA',
    source: MEASURED,
    operation: 'Sign',
    ask: async (scene) => ({
      ...(await scene.use({ keySpec: 'ML_DSA_44', keyUsage: 'SIGN_VERIFY' })),
      message: BYTES,
      messageType: 'DIGEST',
      signingAlgorithm: 'ML_DSA_SHAKE_256',
    }),
    answer: validation('Message type DIGEST is incompatible with key spec ML_DSA_44.'),
  },
  decryptUnderAnother('a ciphertext of a symmetric key, and a pair for signatures', PAIR),
  decryptUnderAnother('a ciphertext of a symmetric key, and a pair for encryption', SM2),
  decryptUnderAnother('a ciphertext of another key, and one without material', { origin: 'EXTERNAL' }),
  {
    what: 'no ciphertext of ours, and a pair without its algorithm',
    source: MEASURED,
    operation: 'Decrypt',
    ask: async (scene) => ({ ...(await scene.use(SM2)), ciphertextBlob: BYTES }),
    answer: () => ['InvalidCiphertext', ''],
  },
  generateDataKey(
    'no size before usage and state',
    PAIR,
    validation('Please specify either number of bytes or key spec.'),
    {},
  ),
  generateDataKey('a disabled pair', SM2, ofArn('Disabled', 'is disabled.'), { keySpec: 'AES_256' }),
  {
    what: 'a pair',
    source: MEASURED,
    operation: 'GenerateDataKey',
    ask: async (scene) => ({ ...(await scene.use(SM2)), keySpec: 'AES_256' }),
    answer: () => ['InvalidKeyUsage', 'You cannot generate a data key with an asymmetric CMK'],
  },
  {
    what: 'a secret',
    source: MEASURED,
    operation: 'GetPublicKey',
    ask: (scene) => scene.use(),
    answer: () => ['Unsupported', ''],
  },
  {
    what: 'a disabled key that is never rotated',
    source: MEASURED,
    operation: 'RotateKeyOnDemand',
    ask: (scene) => disabled(scene, MAC),
    answer: ofArn('Disabled', 'is disabled.'),
  },
];

for (const recorded of RECORDED) {
  const { operation, source, what } = recorded;
  test(`${operation}, ${what}, is refused as AWS is on record with (${source})`, () =>
    checkRecorded(new RecordedScene(openMemoryStore()), recorded));
}

test(`what AWS answers is answered: public keys of disabled keys, rotation that is off (${MEASURED})`, async () => {
  const scene = new RecordedScene(openMemoryStore());
  const { publicKey } = await scene.run('GetPublicKey', await disabled(scene, PAIR));
  assert.ok(publicKey instanceof Uint8Array);
  const key = await scene.use(MAC);
  assert.deepEqual(await scene.run('DisableKeyRotation', key), {});
  // Also in ansible-collections/community.aws#311.
  assert.equal((await scene.run('GetKeyRotationStatus', key))['keyRotationEnabled'], false);
});
