import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { KeySpec, KeyUsage } from '../../crypto/index.ts';
import { bytesOf, KindBench } from './key-kinds.test-fixture.ts';

const MESSAGE = Buffer.from('hello');
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** A folder in which `openssl` works. */
class Workbench {
  readonly #folder = mkdtempSync(join(tmpdir(), 'keywitness-import-'));

  constructor(t: TestContext) {
    t.after(() => rmSync(this.#folder, { recursive: true }));
  }

  write(name: string, bytes: Uint8Array): void {
    writeFileSync(join(this.#folder, name), bytes);
  }

  read(name: string): Buffer {
    return readFileSync(join(this.#folder, name));
  }

  openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Random bytes, or the private key of a new pair as PKCS #8 in DER. */
  material(kind: readonly string[] | number): Buffer {
    if (typeof kind === 'number') {
      this.openssl('rand', '-out', 'material.der', String(kind));
    } else {
      this.openssl('genpkey', ...kind, '-out', 'pair.pem');
      this.openssl(
        'pkcs8',
        '-topk8',
        '-nocrypt',
        '-in',
        'pair.pem',
        '-outform',
        'DER',
        '-out',
        'material.der',
      );
    }
    return this.read('material.der');
  }

  /** What AWS's documents tell to run ("Encrypt the key material", AWS KMS developer guide). */
  wrap(algorithm: string, publicKey: Uint8Array, material: Uint8Array): Buffer {
    this.write('wrapping.der', publicKey);
    this.write('material.der', material);
    if (algorithm === 'SM2PKE') this.#encrypt('material.der', 'wrapped.bin', []);
    const digest = algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256';
    const oaep = ['rsa_padding_mode:oaep', `rsa_oaep_md:${digest}`, `rsa_mgf1_md:${digest}`].flatMap(
      (option) => ['-pkeyopt', option],
    );
    if (algorithm.startsWith('RSAES_OAEP')) this.#encrypt('material.der', 'wrapped.bin', oaep);
    if (!algorithm.startsWith('RSA_AES')) return this.read('wrapped.bin');
    this.openssl('rand', '-out', 'aes.bin', '32');
    const aes = this.read('aes.bin').toString('hex');
    const cipher = ['enc', '-e', '-id-aes256-wrap-pad', '-iv', 'A65959A6', '-K', aes];
    this.openssl(...cipher, '-in', 'material.der', '-out', 'second.bin');
    this.#encrypt('aes.bin', 'first.bin', oaep);
    return Buffer.concat([this.read('first.bin'), this.read('second.bin')]);
  }

  #encrypt(from: string, to: string, options: readonly string[]): void {
    const key = ['-pubin', '-inkey', 'wrapping.der', '-keyform', 'DER'];
    this.openssl('pkeyutl', '-encrypt', '-in', from, '-out', to, ...key, ...options);
  }
}

const ec = (curve: string): readonly string[] => [
  '-algorithm',
  'EC',
  '-pkeyopt',
  `ec_paramgen_curve:${curve}`,
  '-pkeyopt',
  'ec_param_enc:named_curve',
];
const rsa = (bits: number): readonly string[] => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`];

/** Every kind of key whose material a stock `openssl` makes, what it is, and a use of it. */
const MATERIALS: readonly (readonly [KeySpec, KeyUsage, readonly string[] | number, string])[] = [
  ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', 32, 'SYMMETRIC_DEFAULT'],
  ['HMAC_224', 'GENERATE_VERIFY_MAC', 28, 'HMAC_SHA_224'],
  ['HMAC_256', 'GENERATE_VERIFY_MAC', 32, 'HMAC_SHA_256'],
  ['HMAC_384', 'GENERATE_VERIFY_MAC', 48, 'HMAC_SHA_384'],
  ['HMAC_512', 'GENERATE_VERIFY_MAC', 64, 'HMAC_SHA_512'],
  ['RSA_2048', 'ENCRYPT_DECRYPT', rsa(2048), 'RSAES_OAEP_SHA_256'],
  ['RSA_3072', 'SIGN_VERIFY', rsa(3072), 'RSASSA_PSS_SHA_256'],
  ['RSA_4096', 'SIGN_VERIFY', rsa(4096), 'RSASSA_PKCS1_V1_5_SHA_512'],
  ['ECC_NIST_P256', 'SIGN_VERIFY', ec('P-256'), 'ECDSA_SHA_256'],
  ['ECC_NIST_P384', 'SIGN_VERIFY', ec('P-384'), 'ECDSA_SHA_384'],
  ['ECC_NIST_P521', 'SIGN_VERIFY', ec('P-521'), 'ECDSA_SHA_512'],
  ['ECC_SECG_P256K1', 'SIGN_VERIFY', ec('secp256k1'), 'ECDSA_SHA_256'],
  ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY', ['-algorithm', 'ED25519'], 'ED25519_SHA_512'],
  ['SM2', 'SIGN_VERIFY', ['-algorithm', 'SM2'], 'SM2DSA'],
];

const WRAPPINGS = [
  ...['RSA_2048', 'RSA_3072', 'RSA_4096'].flatMap((spec) =>
    ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'RSA_AES_KEY_WRAP_SHA_1', 'RSA_AES_KEY_WRAP_SHA_256'].map(
      (algorithm) => [algorithm, spec] as const,
    ),
  ),
  ['SM2PKE', 'SM2'],
] as const;

/** Whether a wrapping key can take material of a kind as it is. */
function fits(keySpec: KeySpec, [algorithm, spec]: (typeof WRAPPINGS)[number]): boolean {
  // SM2 encrypts anything, and OAEP what fits its modulus.
  if (!algorithm.startsWith('RSAES')) return algorithm !== 'SM2PKE' || !keySpec.startsWith('RSA');
  return !keySpec.startsWith('RSA') && !(keySpec === 'ECC_NIST_P521' && spec === 'RSA_2048');
}

/** Uses a key, and answers what undoes it. */
async function used(
  kinds: KindBench,
  keyId: string,
  usage: KeyUsage,
  algorithm: string,
): Promise<() => Promise<unknown>> {
  switch (usage) {
    case 'ENCRYPT_DECRYPT': {
      const asked = { keyId, encryptionAlgorithm: algorithm };
      const { ciphertextBlob } = await kinds.run('Encrypt', { ...asked, plaintext: MESSAGE });
      return async () => {
        const opened = await kinds.run('Decrypt', { ...asked, ciphertextBlob });
        assert.deepEqual(bytesOf(opened, 'plaintext'), MESSAGE);
      };
    }
    case 'GENERATE_VERIFY_MAC': {
      const asked = { keyId, message: MESSAGE, macAlgorithm: algorithm };
      const { mac } = await kinds.run('GenerateMac', asked);
      return () => kinds.run('VerifyMac', { ...asked, mac });
    }
    default: {
      const asked = { keyId, message: MESSAGE, signingAlgorithm: algorithm };
      const { signature } = await kinds.run('Sign', asked);
      return () => kinds.run('Verify', { ...asked, signature });
    }
  }
}

suite('material that openssl makes and wraps', { skip: !hasOpenssl && '`openssl` is not installed' }, () => {
  for (const [keySpec, keyUsage, kind, algorithm] of MATERIALS) {
    test(`${keySpec} is imported, used, deleted and imported again under every wrapping`, async (t) => {
      const bench = new Workbench(t);
      const kinds = new KindBench(openMemoryStore());
      const keyId = await kinds.key({ keySpec, keyUsage }, { origin: 'EXTERNAL' });
      const material = bench.material(kind);
      let check: (() => Promise<unknown>) | undefined;
      for (const wrapping of WRAPPINGS) {
        if (!fits(keySpec, wrapping)) continue;
        const [wrappingAlgorithm, wrappingKeySpec] = wrapping;
        const asked = { keyId, wrappingAlgorithm, wrappingKeySpec };
        const parameters = await kinds.run('GetParametersForImport', asked);
        kinds.bench.nowMs += 10_000;
        await kinds.run('ImportKeyMaterial', {
          keyId,
          importToken: bytesOf(parameters, 'importToken'),
          encryptedKeyMaterial: bench.wrap(wrappingAlgorithm, bytesOf(parameters, 'publicKey'), material),
          expirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
        });
        check ??= await used(kinds, keyId, keyUsage, algorithm);
        await check();
        await kinds.run('DeleteImportedKeyMaterial', { keyId });
        await assert.rejects(check(), /is pending import/);
      }
      assert.ok(check !== undefined);
    });
  }
});
