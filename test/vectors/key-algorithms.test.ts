// Every primitive behind the KMS API that verifies or decrypts, held against Wycheproof.
import assert from 'node:assert/strict';
import { constants, createHash, createPublicKey, publicEncrypt } from 'node:crypto';
import { test } from 'node:test';
import {
  AlgorithmError,
  keyAlgorithm,
  makeRsaMaterial,
  type SignedMessage,
  type SigningAlgorithm,
  takeSecretKey,
  unwrapMaterial,
} from '../../packages/server/src/core/crypto/index.ts';
import { bytesOf, type Case, type Group, runFile } from './wycheproof-files.ts';

const everything = (): boolean => true;

/** A text member of a group, or of an object in it. */
function textOf(group: Group, ...members: readonly string[]): string {
  let value: unknown = group;
  for (const member of members) {
    assert.ok(typeof value === 'object' && value !== null);
    value = Object.entries(value).find(([name]) => name === member)?.[1];
  }
  return typeof value === 'string' ? value : '';
}

function verifies(
  spec: Parameters<typeof keyAlgorithm>[0],
  publicKey: Uint8Array,
  algorithm: SigningAlgorithm,
  message: SignedMessage,
  signature: Uint8Array,
): boolean {
  try {
    const verifier = keyAlgorithm(spec).openVerifier?.(publicKey);
    assert.ok(verifier !== undefined);
    return verifier.verify(algorithm, message, signature);
  } catch (error) {
    if (error instanceof AlgorithmError && error.code === 'InvalidPublicKey') return false;
    throw error;
  }
}

const digestSigned = [
  ['ecdsa_secp256r1_sha256_test.json', 'ECC_NIST_P256', 'ECDSA_SHA_256', 'sha256'],
  ['ecdsa_secp384r1_sha384_test.json', 'ECC_NIST_P384', 'ECDSA_SHA_384', 'sha384'],
  ['ecdsa_secp521r1_sha512_test.json', 'ECC_NIST_P521', 'ECDSA_SHA_512', 'sha512'],
  ['ecdsa_secp256k1_sha256_test.json', 'ECC_SECG_P256K1', 'ECDSA_SHA_256', 'sha256'],
  ['rsa_pss_2048_sha256_mgf1_32_test.json', 'RSA_2048', 'RSASSA_PSS_SHA_256', 'sha256'],
  ['rsa_signature_2048_sha256_test.json', 'RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256', 'sha256'],
] as const;

for (const [file, spec, algorithm, hash] of digestSigned) {
  test(`${algorithm} of ${spec} verifies messages and digests alike, as Wycheproof says`, (context) => {
    runFile(context, file, everything, (one, group) => {
      const key = Buffer.from(textOf(group, 'publicKeyDer'), 'hex');
      const [message, signature] = [bytesOf(one, 'msg'), bytesOf(one, 'sig')];
      const digest = createHash(hash).update(message).digest();
      const isOfMessage = verifies(spec, key, algorithm, { type: 'RAW', bytes: message }, signature);
      const isOfDigest = verifies(spec, key, algorithm, { type: 'DIGEST', bytes: digest }, signature);
      assert.equal(isOfDigest, isOfMessage, `case ${one.tcId}: ${one.comment}`);
      return isOfMessage;
    });
  });
}

test('ED25519_SHA_512 verifies as Wycheproof says', (context) => {
  runFile(context, 'ed25519_test.json', everything, (one, group) =>
    verifies(
      'ECC_NIST_EDWARDS25519',
      Buffer.from(textOf(group, 'publicKeyDer'), 'hex'),
      'ED25519_SHA_512',
      { type: 'RAW', bytes: bytesOf(one, 'msg') },
      bytesOf(one, 'sig'),
    ),
  );
});

/** FIPS 204, algorithm 7, step 6, over a message without a context. */
function representative(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const shake = (...parts: readonly Uint8Array[]): Buffer => {
    const hash = createHash('shake256', { outputLength: 64 });
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  return shake(shake(publicKey), Uint8Array.of(0, 0), message);
}

for (const level of ['44', '65', '87'] as const) {
  test(`ML_DSA_${level} verifies messages and their representatives alike, as Wycheproof says`, (context) => {
    runFile(context, `mldsa_${level}_verify_test.json`, everything, (one, group) => {
      const raw = Buffer.from(textOf(group, 'publicKey'), 'hex');
      const key = Buffer.from(textOf(group, 'publicKeyDer'), 'hex');
      const [message, signature] = [bytesOf(one, 'msg'), bytesOf(one, 'sig')];
      const mu = representative(raw, message);
      const check = (signed: SignedMessage): boolean =>
        verifies(`ML_DSA_${level}`, key, 'ML_DSA_SHAKE_256', signed, signature);
      const isOfMessage = check({ type: 'RAW', bytes: message });
      assert.equal(
        check({ type: 'EXTERNAL_MU', bytes: mu }),
        isOfMessage,
        `case ${one.tcId}: ${one.comment}`,
      );
      if (bytesOf(one, 'ctx').length === 0) return isOfMessage;
      // The API has no contexts: what was signed with one must not pass for what was signed without.
      assert.equal(isOfMessage, false);
      return one.result === 'valid';
    });
  });
}

for (const parameters of ['512', '768', '1024'] as const) {
  test(`ML_KEM_${parameters} decapsulates as Wycheproof says`, (context) => {
    runFile(context, `mlkem_${parameters}_test.json`, everything, (one) => {
      const seed = bytesOf(one, 'seed');
      if (seed.length !== 64) return false;
      const { encapsulation } = keyAlgorithm(`ML_KEM_${parameters}`).open(takeSecretKey(seed));
      assert.ok(encapsulation !== undefined);
      const secret = encapsulation.decapsulate(bytesOf(one, 'c'));
      return secret !== undefined && bytesOf(one, 'K').equals(secret);
    });
  });
}

/** The vectors leave zeros off, or have too many of them. */
function scalarOf(one: Case, size: number): Buffer {
  const digits = String(one['private']).replace(/^(00)+/, '');
  return Buffer.from(digits.padStart(size * 2, '0'), 'hex');
}

const agreed = [
  ['ecdh_secp256r1_test.json', 'ECC_NIST_P256', '301306072a8648ce3d020106082a8648ce3d030107', 32],
  ['ecdh_secp384r1_test.json', 'ECC_NIST_P384', '301006072a8648ce3d020106052b81040022', 48],
  ['ecdh_secp521r1_test.json', 'ECC_NIST_P521', '301006072a8648ce3d020106052b81040023', 66],
] as const;

for (const [file, spec, algorithm, size] of agreed) {
  test(`ECDH of ${spec} agrees as Wycheproof says`, (context) => {
    runFile(context, file, everything, (one) => {
      const inner = wrapDer(0x30, Buffer.from('020101', 'hex'), wrapDer(0x04, scalarOf(one, size)));
      const pkcs8 = wrapDer(0x30, Buffer.from(`020100${algorithm}`, 'hex'), wrapDer(0x04, inner));
      const { secret } = keyAlgorithm(spec).importMaterial(pkcs8);
      const { agreement } = keyAlgorithm(spec).open(takeSecretKey(secret));
      assert.ok(agreement !== undefined);
      try {
        return bytesOf(one, 'shared').equals(agreement.agree(bytesOf(one, 'public')));
      } catch (error) {
        assert.ok(error instanceof AlgorithmError && error.code === 'InvalidPublicKey');
        return false;
      }
    });
  });
}

/** DER of less than 256 bytes. */
function wrapDer(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Uint8Array.of(tag, ...length), content]);
}

for (const hash of ['sha1', 'sha256'] as const) {
  test(`RSAES_OAEP with ${hash} decrypts as Wycheproof says`, (context) => {
    runFile(context, `rsa_oaep_2048_${hash}_mgf1${hash}_test.json`, everything, (one, group) => {
      const pkcs8 = Buffer.from(textOf(group, 'privateKeyPkcs8'), 'hex');
      const { encryption } = keyAlgorithm('RSA_2048').open(takeSecretKey(pkcs8));
      assert.ok(encryption !== undefined);
      const algorithm = hash === 'sha1' ? 'RSAES_OAEP_SHA_1' : 'RSAES_OAEP_SHA_256';
      const plaintext = encryption.decrypt(algorithm, bytesOf(one, 'ct'));
      if (bytesOf(one, 'label').length === 0) {
        return plaintext !== undefined && bytesOf(one, 'msg').equals(plaintext);
      }
      // The API has no labels.
      assert.equal(plaintext, undefined);
      return one.result === 'valid';
    });
  });
}

test('RSA_AES_KEY_WRAP unwraps the AES part as Wycheproof says', async (context) => {
  const { secret, publicKey } = await makeRsaMaterial('RSA_2048');
  assert.ok(publicKey !== undefined);
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  runFile(context, 'aes_kwp_test.json', everything, (one) => {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const wrappedKey = publicEncrypt({ key, padding, oaepHash: 'sha256' }, bytesOf(one, 'key'));
    const wrapped = Buffer.concat([wrappedKey, bytesOf(one, 'ct')]);
    const wrapping = takeSecretKey(Uint8Array.from(secret));
    const material = unwrapMaterial('RSA_2048', 'RSA_AES_KEY_WRAP_SHA_256', wrapping, wrapped);
    return material !== undefined && bytesOf(one, 'msg').equals(material);
  });
});

for (const bits of ['224', '256', '384', '512'] as const) {
  test(`HMAC_SHA_${bits} verifies as Wycheproof says`, (context) => {
    const isWhole = ({ tagSize }: Group): boolean => tagSize === Number(bits);
    runFile(context, `hmac_sha${bits}_test.json`, isWhole, (one) => {
      const { macs } = keyAlgorithm(`HMAC_${bits}`).open(takeSecretKey(bytesOf(one, 'key')));
      assert.ok(macs !== undefined);
      return macs.verifyMac(`HMAC_SHA_${bits}`, bytesOf(one, 'msg'), bytesOf(one, 'tag'));
    });
  });
}
