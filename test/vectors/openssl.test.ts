// What we sign, encrypt, agree on and export, openssl takes, and the other way round.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  isRsaKeySpec,
  keyAlgorithm,
  type KeySpec,
  makeRsaMaterial,
  type OpenedKey,
  type SigningAlgorithm,
  systemEntropy,
  takeSecretKey,
} from '../../packages/server/src/core/crypto/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'keywitness-openssl-'));
after(() => rmSync(folder, { recursive: true }));
const entropy = systemEntropy();
const message = Buffer.from('who accessed the key for customer 4711');

function file(name: string, bytes?: Uint8Array): string {
  const path = join(folder, name);
  if (bytes !== undefined) writeFileSync(path, bytes);
  return path;
}

/** Runs openssl; what it wrote to stdout, or undefined when it failed. */
function openssl(...args: readonly string[]): Buffer | undefined {
  const { status, stdout } = spawnSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  return status === 0 ? stdout : undefined;
}

const version = openssl('version')?.toString().trim();
const known = openssl('list', '-public-key-algorithms')?.toString() ?? '';

/** Why a test cannot run with the openssl that is installed. */
function missing(algorithm?: string): string | false {
  if (version === undefined) return 'openssl is not installed';
  return algorithm === undefined || known.includes(algorithm) ? false : `${version} has no ${algorithm}`;
}

interface Pair {
  readonly opened: OpenedKey;
  /** Files in PEM. */
  readonly privateKey: string;
  readonly publicKey: string;
}

async function makePair(spec: KeySpec): Promise<Pair> {
  const algorithm = keyAlgorithm(spec);
  const material = isRsaKeySpec(spec) ? await makeRsaMaterial(spec) : algorithm.newMaterial(entropy);
  assert.ok(material !== 'asynchronous' && material.publicKey !== undefined);
  const secret = takeSecretKey(Uint8Array.from(material.secret));
  const pkcs8 = algorithm.exportPrivateKey?.(secret);
  assert.ok(pkcs8 !== undefined);
  return {
    opened: algorithm.open(secret),
    privateKey: file(`${spec}.pem`, Buffer.from(pem('PRIVATE KEY', pkcs8))),
    publicKey: file(`${spec}.pub`, Buffer.from(pem('PUBLIC KEY', material.publicKey))),
  };
}

function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

const pss = (bits: string): readonly string[] =>
  `-digest sha${bits} -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest`.split(' ');
const sm2Id = ['-pkeyopt', 'distid:1234567812345678'];

const signed: readonly (readonly [KeySpec, SigningAlgorithm, readonly string[], string?])[] = [
  ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256', ['-digest', 'sha256']],
  ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_512', ['-digest', 'sha512']],
  ['RSA_2048', 'RSASSA_PSS_SHA_256', pss('256')],
  ['RSA_2048', 'RSASSA_PSS_SHA_384', pss('384')],
  ['RSA_2048', 'RSASSA_PSS_SHA_512', pss('512')],
  ['ECC_NIST_P256', 'ECDSA_SHA_256', ['-digest', 'sha256']],
  ['ECC_NIST_P384', 'ECDSA_SHA_384', ['-digest', 'sha384']],
  ['ECC_NIST_P521', 'ECDSA_SHA_512', ['-digest', 'sha512']],
  ['ECC_SECG_P256K1', 'ECDSA_SHA_256', ['-digest', 'sha256']],
  ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512', []],
  ['SM2', 'SM2DSA', ['-digest', 'sm3', ...sm2Id]],
  ['ML_DSA_44', 'ML_DSA_SHAKE_256', [], 'ML-DSA-44'],
  ['ML_DSA_65', 'ML_DSA_SHAKE_256', [], 'ML-DSA-65'],
  ['ML_DSA_87', 'ML_DSA_SHAKE_256', [], 'ML-DSA-87'],
];

for (const [spec, algorithm, options, needed] of signed) {
  test(
    `openssl verifies ${algorithm} of ${spec}, and we verify openssl's`,
    { skip: missing(needed) },
    async () => {
      const pair = await makePair(spec);
      const { signatures } = pair.opened;
      assert.ok(signatures !== undefined);
      const raw = { type: 'RAW', bytes: message } as const;
      const input = ['-rawin', '-in', file('message', message), ...options];
      const signature = file('signature', signatures.sign(algorithm, raw, entropy));
      const verify = [
        'pkeyutl',
        '-verify',
        '-pubin',
        '-inkey',
        pair.publicKey,
        '-sigfile',
        signature,
        ...input,
      ];
      assert.ok(openssl(...verify), 'openssl verifies ours');
      writeFileSync(
        signature,
        signatures.sign(algorithm, { ...raw, bytes: Buffer.from('another') }, entropy),
      );
      assert.equal(openssl(...verify), undefined);
      const theirs = openssl('pkeyutl', '-sign', '-inkey', pair.privateKey, ...input);
      assert.ok(theirs !== undefined, 'openssl signs with what we export');
      assert.equal(signatures.verify(algorithm, raw, theirs), true);
      assert.equal(signatures.verify(algorithm, { ...raw, bytes: Buffer.from('another') }, theirs), false);
    },
  );
}

const oaep = (hash: string): readonly string[] =>
  `-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:${hash} -pkeyopt rsa_mgf1_md:${hash}`.split(' ');
const encrypted = [
  ['RSA_2048', 'RSAES_OAEP_SHA_1', oaep('sha1')],
  ['RSA_2048', 'RSAES_OAEP_SHA_256', oaep('sha256')],
  ['SM2', 'SM2PKE', []],
] as const;

for (const [spec, algorithm, options] of encrypted) {
  test(
    `openssl decrypts ${algorithm} of ${spec}, and we decrypt openssl's`,
    { skip: missing() },
    async () => {
      const pair = await makePair(spec);
      const { encryption } = pair.opened;
      assert.ok(encryption !== undefined);
      const ours = file('ciphertext', encryption.encrypt(algorithm, message, entropy));
      const opened = openssl('pkeyutl', '-decrypt', '-inkey', pair.privateKey, '-in', ours, ...options);
      assert.deepEqual(opened, message);
      const plaintext = file('message', message);
      const theirs = openssl(
        'pkeyutl',
        '-encrypt',
        '-pubin',
        '-inkey',
        pair.publicKey,
        '-in',
        plaintext,
        ...options,
      );
      assert.ok(theirs !== undefined);
      assert.deepEqual(Buffer.from(encryption.decrypt(algorithm, theirs) ?? []), message);
    },
  );
}

for (const spec of ['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521'] as const) {
  test(`openssl derives the secret of ${spec} that we agree on`, { skip: missing() }, async () => {
    const [ours, theirs] = [await makePair(spec), await makePair(spec)];
    const derOf = openssl('pkey', '-pubin', '-in', ours.publicKey, '-outform', 'DER');
    assert.ok(derOf !== undefined && theirs.opened.publicKey !== undefined);
    writeFileSync(file('peer.pub'), pem('PUBLIC KEY', theirs.opened.publicKey));
    const derived = openssl('pkeyutl', '-derive', '-inkey', ours.privateKey, '-peerkey', file('peer.pub'));
    assert.deepEqual(derived, Buffer.from(theirs.opened.agreement?.agree(derOf) ?? []));
  });
}

const generated: readonly (readonly [KeySpec, readonly string[], string?])[] = [
  ['RSA_2048', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']],
  ['RSA_3072', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072']],
  ['ECC_NIST_P256', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']],
  ['ECC_NIST_P384', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384']],
  ['ECC_NIST_P521', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521']],
  ['ECC_SECG_P256K1', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1']],
  ['ECC_NIST_EDWARDS25519', ['-algorithm', 'ED25519']],
  ['SM2', ['-algorithm', 'SM2']],
  ['ML_DSA_44', ['-algorithm', 'ML-DSA-44'], 'ML-DSA-44'],
  ['ML_KEM_768', ['-algorithm', 'ML-KEM-768'], 'ML-KEM-768'],
];

for (const [spec, options, needed] of generated) {
  test(`imports what openssl generates for ${spec}`, { skip: missing(needed) }, () => {
    const path = file('generated.pem');
    assert.ok(openssl('genpkey', ...options, '-out', path));
    const pkcs8 = openssl('pkcs8', '-topk8', '-nocrypt', '-in', path, '-outform', 'DER');
    const publicKey = openssl('pkey', '-in', path, '-pubout', '-outform', 'DER');
    assert.ok(pkcs8 !== undefined && publicKey !== undefined);
    const material = keyAlgorithm(spec).importMaterial(pkcs8);
    assert.deepEqual(Buffer.from(material.publicKey ?? []), publicKey);
  });
}
