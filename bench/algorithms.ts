import {
  constants,
  createCipheriv,
  createDecipheriv,
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
  randomBytes,
  randomUUID,
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
import { decryptUnder, encryptUnder } from '../packages/server/src/core/keys/index.ts';

/** How long one side is called at a time, about, and how often both are. */
const SLICE_US = 40_000;
const SLICES = 9;

/** A call of ours beside the call of Node's crypto that does the same, or the nearest thing to it. */
export interface AlgorithmFigures {
  readonly what: string;
  /** Ours / Node's, in slices taken in turns. */
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
    ...compareSymmetric(),
    ...compareMacs(),
    ...(await compareSignatures()),
    ...(await compareEncryption()),
    ...(await compareSecrets()),
  ];
  return comparisons.map((comparison) => measure(comparison));
}

/**
 * Beside the calls that XAES-256-GCM takes: two blocks of AES for a message's key, and AES-256-GCM under it, with an
 * encryption context as associated data.
 */
function compareSymmetric(): readonly Comparison[] {
  const bytes = entropy.bytes(32);
  const blocks = createCipheriv('aes-256-ecb', createSecretKey(bytes), null).setAutoPadding(false);
  const secret = takeSecretKey(bytes);
  const header = { keyId: randomUUID(), keyMaterialId: randomBytes(32).toString('hex') };
  const context = { customer: '4711', purpose: 'orders' };
  const twoBlocks = randomBytes(32);
  const associated = (): Buffer => Buffer.from(JSON.stringify(context));
  const seal = (): { readonly nonce: Buffer; readonly body: Buffer; readonly tag: Buffer } => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', blocks.update(twoBlocks), nonce);
    cipher.setAAD(associated());
    const body = Buffer.concat([cipher.update(message), cipher.final()]);
    return { nonce, body, tag: cipher.getAuthTag() };
  };
  const ours = encryptUnder(secret, header, context, message, entropy);
  const theirs = seal();
  const open = (): Buffer => {
    const decipher = createDecipheriv('aes-256-gcm', blocks.update(twoBlocks), theirs.nonce);
    decipher.setAAD(associated());
    decipher.setAuthTag(theirs.tag);
    return Buffer.concat([decipher.update(theirs.body), decipher.final()]);
  };
  return [
    {
      what: 'SYMMETRIC_DEFAULT: encrypt',
      ours: () => encryptUnder(secret, header, context, message, entropy),
      node: seal,
      isNative: true,
    },
    {
      what: 'SYMMETRIC_DEFAULT: decrypt',
      ours: () => decryptUnder(secret, ours, context),
      node: open,
      isNative: true,
    },
  ];
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
    ['RSA_3072', 'RSASSA_PSS_SHA_384', 'sha384'],
    ['RSA_3072', 'RSASSA_PKCS1_V1_5_SHA_384', 'sha384'],
    ['RSA_4096', 'RSASSA_PSS_SHA_512', 'sha512'],
    ['RSA_4096', 'RSASSA_PKCS1_V1_5_SHA_512', 'sha512'],
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
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
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
  const found: Comparison[] = [];
  for (const spec of ['RSA_2048', 'RSA_3072', 'RSA_4096'] as const) {
    const key = await makeKey(spec);
    for (const hash of ['sha1', 'sha256'] as const) found.push(...compareOaep(spec, key, hash));
  }
  return [...found, ...compareSm2(await makeKey('SM2'))];
}

function compareOaep(spec: KeySpec, key: Key, oaepHash: 'sha1' | 'sha256'): readonly Comparison[] {
  const encryption = present(key.opened.encryption);
  const algorithm = oaepHash === 'sha1' ? 'RSAES_OAEP_SHA_1' : 'RSAES_OAEP_SHA_256';
  const options = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash };
  const ciphertext = encryption.encrypt(algorithm, message, entropy);
  return [
    {
      what: `${spec} ${algorithm}: encrypt`,
      ours: () => encryption.encrypt(algorithm, message, entropy),
      node: () => publicEncrypt({ key: key.publicKey, ...options }, message),
      isNative: true,
    },
    {
      what: `${spec} ${algorithm}: decrypt`,
      ours: () => encryption.decrypt(algorithm, ciphertext),
      node: () => privateDecrypt({ key: key.privateKey, ...options }, ciphertext),
      isNative: true,
    },
  ];
}

function compareSm2(key: Key): readonly Comparison[] {
  const sm2 = present(key.opened.encryption);
  // Node has no way to this encryption; a signature takes one multiplication of the curve where this takes two.
  const signed = (): unknown => sign('sm3', message, key.privateKey);
  const ciphertext = sm2.encrypt('SM2PKE', message, entropy);
  return [
    {
      what: 'SM2 SM2PKE: encrypt / a signature of',
      ours: () => sm2.encrypt('SM2PKE', message, entropy),
      node: signed,
      isNative: false,
    },
    {
      what: 'SM2 SM2PKE: decrypt / a signature of',
      ours: () => sm2.decrypt('SM2PKE', ciphertext),
      node: signed,
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

/** Both sides in turns, so that what disturbs one meets the other. */
function measure({ what, ours, node, isNative }: Comparison): AlgorithmFigures {
  const calls = { ours: callsInSlice(ours), node: callsInSlice(node) };
  const spentUs = { ours: 0, node: 0 };
  for (let slice = 0; slice < SLICES; slice += 1) {
    spentUs.ours += timeUs(ours, calls.ours);
    spentUs.node += timeUs(node, calls.node);
  }
  const oursUs = spentUs.ours / (SLICES * calls.ours);
  const nodeUs = spentUs.node / (SLICES * calls.node);
  return { what, ratio: oursUs / nodeUs, oursUs, nodeUs, isNative };
}

/** How many calls take about a slice; they are for the compiler as well. */
function callsInSlice(call: () => unknown): number {
  let calls = 1;
  while (timeUs(call, calls) < SLICE_US / 2) calls *= 2;
  return calls;
}

/** Microseconds of processor time that calls take: what else the machine does is not in it. */
function timeUs(call: () => unknown, calls: number): number {
  const before = processorUs();
  for (let count = 0; count < calls; count += 1) call();
  return processorUs() - before;
}

/** Microseconds of processor time that this thread has had. Systems count them in steps of up to some milliseconds. */
function processorUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a key lacks an operation of its spec');
  return value;
}
