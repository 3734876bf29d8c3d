import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  decapsulate,
  diffieHellman,
  encapsulate,
  privateDecrypt,
  publicEncrypt,
  sign,
  verify,
} from 'node:crypto';
import {
  isRsaKeySpec,
  keyAlgorithm,
  type KeySpec,
  makeRsaMaterial,
  type OpenedKey,
  type SigningAlgorithm,
  systemEntropy,
  takeSecretKey,
} from '../packages/server/src/core/crypto/index.ts';

/** How long one side is called at a time, and how often both are. */
const SLICE_MS = 20;
const SLICES = 9;

/** A call of ours beside the call of Node's crypto that does the same, or the nearest thing to it. */
export interface AlgorithmFigures {
  readonly what: string;
  /** Ours / Node's, medians of slices taken in turns. */
  readonly ratio: number;
  readonly oursUs: number;
  readonly nodeUs: number;
  /** Whether OpenSSL does it in both. Otherwise the ratio says what JavaScript costs. */
  readonly isNative: boolean;
}

interface Comparison {
  readonly what: string;
  readonly ours: () => unknown;
  readonly node: () => unknown;
  readonly isNative: boolean;
}

interface Key {
  readonly opened: OpenedKey;
  readonly privateKey: ReturnType<typeof createPrivateKey>;
  readonly publicKey: ReturnType<typeof createPublicKey>;
}

const entropy = systemEntropy();
const message = Buffer.from('who accessed the key for customer 4711');

/** Every algorithm of the KMS API. */
export async function measureAlgorithms(): Promise<readonly AlgorithmFigures[]> {
  const comparisons = [
    ...compareMacs(),
    ...(await compareSignatures()),
    ...(await compareEncryption()),
    ...(await compareSecrets()),
  ];
  return comparisons.map((comparison) => measure(comparison));
}

function compareMacs(): readonly Comparison[] {
  return (['224', '256', '384', '512'] as const).map((bits) => {
    const secret = entropy.bytes(Number(bits) / 8);
    const key = createSecretKey(secret);
    const macs = present(keyAlgorithm(`HMAC_${bits}`).open(takeSecretKey(secret)).macs);
    return {
      what: `HMAC_SHA_${bits}`,
      ours: () => macs.generateMac(`HMAC_SHA_${bits}`, message),
      node: () => createHmac(`sha${bits}`, key).update(message).digest(),
      isNative: true,
    };
  });
}

async function compareSignatures(): Promise<readonly Comparison[]> {
  const rows: readonly (readonly [KeySpec, SigningAlgorithm, string | null])[] = [
    ['RSA_2048', 'RSASSA_PSS_SHA_256', 'sha256'],
    ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256', 'sha256'],
    ['ECC_NIST_P256', 'ECDSA_SHA_256', 'sha256'],
    ['ECC_NIST_P384', 'ECDSA_SHA_384', 'sha384'],
    ['ECC_NIST_P521', 'ECDSA_SHA_512', 'sha512'],
    ['ECC_SECG_P256K1', 'ECDSA_SHA_256', 'sha256'],
    ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512', null],
    ['ML_DSA_44', 'ML_DSA_SHAKE_256', null],
    ['ML_DSA_65', 'ML_DSA_SHAKE_256', null],
    ['ML_DSA_87', 'ML_DSA_SHAKE_256', null],
    ['SM2', 'SM2DSA', 'sm3'],
  ];
  const found: Comparison[] = [];
  for (const [spec, algorithm, hash] of rows) {
    const key = await makeKey(spec);
    const raw = { type: 'RAW', bytes: message } as const;
    found.push(...compareSigning(`${spec} ${algorithm}`, key, algorithm, raw, hash, spec !== 'SM2'));
    if (spec === 'SM2') continue;
    const outside = outsideOf(algorithm);
    const name = `${spec} ${outside.algorithm}, ${outside.type}`;
    found.push(...compareSigning(name, key, outside.algorithm, outside, hash, false));
  }
  return found;
}

/** What has been hashed outside: a digest, or for ML-DSA any 64 bytes. */
function outsideOf(algorithm: SigningAlgorithm): {
  algorithm: SigningAlgorithm;
  type: 'DIGEST' | 'EXTERNAL_MU';
  bytes: Uint8Array;
} {
  if (algorithm === 'ML_DSA_SHAKE_256') return { algorithm, type: 'EXTERNAL_MU', bytes: entropy.bytes(64) };
  const hash = `sha${algorithm.slice(-3)}`;
  const bytes = createHash(hash).update(message).digest();
  return {
    algorithm: algorithm === 'ED25519_SHA_512' ? 'ED25519_PH_SHA_512' : algorithm,
    type: 'DIGEST',
    bytes,
  };
}

function compareSigning(
  what: string,
  key: Key,
  algorithm: SigningAlgorithm,
  signed: { readonly type: 'RAW' | 'DIGEST' | 'EXTERNAL_MU'; readonly bytes: Uint8Array },
  hash: string | null,
  isNative: boolean,
): readonly Comparison[] {
  const signatures = present(key.opened.signatures);
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const options = algorithm.startsWith('RSASSA_PSS') ? pss : {};
  const ours = signatures.sign(algorithm, signed, entropy);
  const theirs = sign(hash, message, { key: key.privateKey, ...options });
  return [
    {
      what: `${what}: sign`,
      ours: () => signatures.sign(algorithm, signed, entropy),
      node: () => sign(hash, message, { key: key.privateKey, ...options }),
      isNative,
    },
    {
      what: `${what}: verify`,
      ours: () => signatures.verify(algorithm, signed, ours),
      node: () => verify(hash, message, { key: key.publicKey, ...options }, theirs),
      isNative,
    },
  ];
}

async function compareEncryption(): Promise<readonly Comparison[]> {
  const key = await makeKey('RSA_2048');
  const encryption = present(key.opened.encryption);
  const options = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const ciphertext = encryption.encrypt('RSAES_OAEP_SHA_256', message, entropy);
  const sm2Key = await makeKey('SM2');
  const sm2 = present(sm2Key.opened.encryption);
  // Node has no way to this encryption; a signature takes one multiplication of the curve where this takes two.
  const sm2Signed = (): unknown => sign('sm3', message, sm2Key.privateKey);
  const sm2Ciphertext = sm2.encrypt('SM2PKE', message, entropy);
  return [
    {
      what: 'RSA_2048 RSAES_OAEP_SHA_256: encrypt',
      ours: () => encryption.encrypt('RSAES_OAEP_SHA_256', message, entropy),
      node: () => publicEncrypt({ key: key.publicKey, ...options }, message),
      isNative: true,
    },
    {
      what: 'RSA_2048 RSAES_OAEP_SHA_256: decrypt',
      ours: () => encryption.decrypt('RSAES_OAEP_SHA_256', ciphertext),
      node: () => privateDecrypt({ key: key.privateKey, ...options }, ciphertext),
      isNative: true,
    },
    {
      what: 'SM2 SM2PKE: encrypt / a signature of',
      ours: () => sm2.encrypt('SM2PKE', message, entropy),
      node: sm2Signed,
      isNative: false,
    },
    {
      what: 'SM2 SM2PKE: decrypt / a signature of',
      ours: () => sm2.decrypt('SM2PKE', sm2Ciphertext),
      node: sm2Signed,
      isNative: false,
    },
  ];
}

async function compareSecrets(): Promise<readonly Comparison[]> {
  const found: Comparison[] = [];
  for (const spec of ['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521'] as const) {
    const [key, peer] = [await makeKey(spec), await makeKey(spec)];
    const agreement = present(key.opened.agreement);
    const spki = present(peer.opened.publicKey);
    const bytes = Buffer.from(spki);
    found.push({
      what: `${spec} ECDH`,
      ours: () => agreement.agree(spki),
      node: () => {
        const publicKey = createPublicKey({ key: bytes, format: 'der', type: 'spki' });
        return diffieHellman({ privateKey: key.privateKey, publicKey });
      },
      isNative: true,
    });
  }
  for (const spec of ['ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024'] as const) {
    const key = await makeKey(spec);
    const kem = present(key.opened.encapsulation);
    const { ciphertext } = kem.encapsulate();
    found.push(
      {
        what: `${spec}: encapsulate`,
        ours: () => kem.encapsulate(),
        node: () => encapsulate(key.publicKey),
        isNative: true,
      },
      {
        what: `${spec}: decapsulate`,
        ours: () => kem.decapsulate(ciphertext),
        node: () => decapsulate(key.privateKey, ciphertext),
        isNative: true,
      },
    );
  }
  return found;
}

async function makeKey(spec: KeySpec): Promise<Key> {
  const algorithm = keyAlgorithm(spec);
  const material = isRsaKeySpec(spec) ? await makeRsaMaterial(spec) : algorithm.newMaterial(entropy);
  if (material === 'asynchronous') throw new Error(`there is no material of spec ${spec}`);
  const secret = takeSecretKey(material.secret);
  const pkcs8 = Buffer.from(present(algorithm.exportPrivateKey?.(secret)));
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return { opened: algorithm.open(secret), privateKey, publicKey: createPublicKey(privateKey) };
}

/** Both sides in turns, so that what else the machine does meets both. */
function measure({ what, ours, node, isNative }: Comparison): AlgorithmFigures {
  const samples = { ours: new Array<number>(), node: new Array<number>() };
  for (let slice = 0; slice <= SLICES; slice += 1) {
    const times = [timeUs(ours), timeUs(node)] as const;
    // The first slice is for the compiler.
    if (slice === 0) continue;
    samples.ours.push(times[0]);
    samples.node.push(times[1]);
  }
  const [oursUs, nodeUs] = [median(samples.ours), median(samples.node)];
  return { what, ratio: oursUs / nodeUs, oursUs, nodeUs, isNative };
}

/** Microseconds a call. */
function timeUs(call: () => unknown): number {
  const startedAt = performance.now();
  let calls = 0;
  let elapsedMs = 0;
  while (elapsedMs < SLICE_MS) {
    call();
    calls += 1;
    elapsedMs = performance.now() - startedAt;
  }
  return (elapsedMs * 1000) / calls;
}

function median(samples: readonly number[]): number {
  return samples.toSorted((left, right) => left - right)[samples.length >> 1] ?? 0;
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a key lacks an operation of its spec');
  return value;
}
