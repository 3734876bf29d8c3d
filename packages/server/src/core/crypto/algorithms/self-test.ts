import { createHash } from 'node:crypto';
import type { Entropy } from '../entropy.ts';
import { sha256Hex } from '../hash.ts';
import { takeSecretKey } from '../secret-key.ts';
import { unwrapKey } from './aes-key-wrap.ts';
import { untestedAlgorithm } from './all-algorithms.ts';
import type { OpenedKey, Signatures, SignedMessage } from './key-algorithm.ts';
import type { KeySpec, SigningAlgorithm } from './key-specs.ts';
import {
  ED25519_ANSWER,
  HMAC_ANSWERS,
  KEY_WRAP_ANSWER,
  ML_DSA_ANSWER,
  ML_KEM_ANSWER,
  P256_ANSWER,
  RSA_ANSWER,
  SM2_ANSWER,
} from './known-answers.ts';

const abc = Buffer.from('abc');
const sample = Buffer.from('sample');
const sevens: Entropy = { bytes: (count) => new Uint8Array(count).fill(7) };
const counting = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, index) => index);

/** Known answers of one family of algorithms. */
export interface FamilyTest {
  readonly name: string;
  readonly specs: readonly KeySpec[];
  /** Computes them; false when one came out wrong. */
  readonly isRight: () => boolean;
}

/** Of what OpenSSL does: a hundredth of a second in all. */
export const startUpTests: readonly FamilyTest[] = [
  { name: 'HMAC', specs: [], isRight: testHmac },
  { name: 'RSA', specs: [], isRight: testRsa },
  { name: 'ECDSA and ECDH', specs: [], isRight: testP256 },
  { name: 'Ed25519', specs: [], isRight: testEd25519 },
  { name: 'ML-DSA', specs: [], isRight: testMlDsa },
  { name: 'ML-KEM', specs: [], isRight: testMlKem },
  { name: 'AES key wrap', specs: [], isRight: testKeyWrap },
];

/**
 * Of what is done in JavaScript. Its tables are made when it is used first, which takes several times as long as all of
 * the above; so that is when it is tested.
 */
export const firstUseTests: readonly FamilyTest[] = [
  {
    name: 'ECDSA over digests',
    specs: ['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521', 'ECC_SECG_P256K1'],
    isRight: testP256Digest,
  },
  { name: 'Ed25519ph', specs: ['ECC_NIST_EDWARDS25519'], isRight: testEd25519ph },
  { name: 'ML-DSA with external mu', specs: ['ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87'], isRight: testMlDsaMu },
  { name: 'SM2', specs: ['SM2'], isRight: testSm2 },
];

function testHmac(): boolean {
  const message = Buffer.from('what do ya want for nothing?');
  return HMAC_ANSWERS.every(([spec, algorithm, expected]) => {
    const { macs } = open(spec, Buffer.from('Jefe'));
    return is(macs?.generateMac(algorithm, message), expected);
  });
}

function testRsa(): boolean {
  const { signatures, encryption } = open('RSA_2048', Buffer.from(RSA_ANSWER.key, 'base64'));
  if (signatures === undefined || encryption === undefined) return false;
  const raw = { type: 'RAW', bytes: abc } as const;
  const digest = { type: 'DIGEST', bytes: createHash('sha256').update(abc).digest() } as const;
  const pkcs1 = signatures.sign('RSASSA_PKCS1_V1_5_SHA_256', digest, sevens);
  const pss = signatures.sign('RSASSA_PSS_SHA_256', digest, sevens);
  const opened = encryption.decrypt('RSAES_OAEP_SHA_256', Buffer.from(RSA_ANSWER.oaep, 'base64'));
  return (
    sha256Hex(pkcs1) === RSA_ANSWER.pkcs1 &&
    sha256Hex(pss) === RSA_ANSWER.pss &&
    verifiesOnly(signatures, 'RSASSA_PSS_SHA_256', raw, pss) &&
    verifiesOnly(signatures, 'RSASSA_PKCS1_V1_5_SHA_256', raw, pkcs1) &&
    is(opened, abc.toString('hex'))
  );
}

function testP256(): boolean {
  const { signatures, agreement, publicKey } = open('ECC_NIST_P256', fromHex(P256_ANSWER.key));
  if (signatures === undefined || agreement === undefined || publicKey === undefined) return false;
  const raw = { type: 'RAW', bytes: sample } as const;
  return (
    verifiesOnly(signatures, 'ECDSA_SHA_256', raw, fromHex(P256_ANSWER.signature)) &&
    verifiesOnly(signatures, 'ECDSA_SHA_256', raw, signatures.sign('ECDSA_SHA_256', raw, sevens)) &&
    is(agreement.agree(publicKey), P256_ANSWER.agreed)
  );
}

function testP256Digest(): boolean {
  const { signatures } = open('ECC_NIST_P256', fromHex(P256_ANSWER.key));
  if (signatures === undefined) return false;
  const raw = { type: 'RAW', bytes: sample } as const;
  const digest = { type: 'DIGEST', bytes: createHash('sha256').update(sample).digest() } as const;
  return (
    verifiesOnly(signatures, 'ECDSA_SHA_256', digest, fromHex(P256_ANSWER.signature)) &&
    verifiesOnly(signatures, 'ECDSA_SHA_256', raw, signatures.sign('ECDSA_SHA_256', digest, sevens))
  );
}

function testEd25519(): boolean {
  const { signatures } = open('ECC_NIST_EDWARDS25519', fromHex(ED25519_ANSWER.key));
  if (signatures === undefined) return false;
  const message = { type: 'RAW', bytes: new Uint8Array() } as const;
  const signature = signatures.sign('ED25519_SHA_512', message, sevens);
  return (
    is(signature, ED25519_ANSWER.pure) && verifiesOnly(signatures, 'ED25519_SHA_512', message, signature)
  );
}

function testEd25519ph(): boolean {
  const { signatures } = open('ECC_NIST_EDWARDS25519', fromHex(ED25519_ANSWER.key));
  if (signatures === undefined) return false;
  const digest = { type: 'DIGEST', bytes: createHash('sha512').update(abc).digest() } as const;
  const signature = signatures.sign('ED25519_PH_SHA_512', digest, sevens);
  return (
    is(signature, ED25519_ANSWER.prehashed) &&
    verifiesOnly(signatures, 'ED25519_PH_SHA_512', digest, signature)
  );
}

function testMlDsa(): boolean {
  const { signatures, publicKey } = open('ML_DSA_44', counting(32));
  if (signatures === undefined || publicKey === undefined) return false;
  const raw = { type: 'RAW', bytes: abc } as const;
  const signature = signatures.sign('ML_DSA_SHAKE_256', raw, sevens);
  return (
    sha256Hex(publicKey) === ML_DSA_ANSWER.publicKey &&
    verifiesOnly(signatures, 'ML_DSA_SHAKE_256', raw, signature)
  );
}

function testMlDsaMu(): boolean {
  const { signatures } = open('ML_DSA_44', counting(32));
  if (signatures === undefined) return false;
  const mu = { type: 'EXTERNAL_MU', bytes: sevens.bytes(64) } as const;
  const signature = signatures.sign('ML_DSA_SHAKE_256', mu, sevens);
  return (
    sha256Hex(signature) === ML_DSA_ANSWER.signature &&
    verifiesOnly(signatures, 'ML_DSA_SHAKE_256', mu, signature)
  );
}

function testMlKem(): boolean {
  const { encapsulation } = open('ML_KEM_768', counting(64));
  if (encapsulation === undefined) return false;
  const { ciphertext, sharedSecret } = encapsulation.encapsulate();
  return (
    is(encapsulation.decapsulate(new Uint8Array(ciphertext.length)), ML_KEM_ANSWER.rejected) &&
    is(encapsulation.decapsulate(ciphertext), Buffer.from(sharedSecret).toString('hex'))
  );
}

function testSm2(): boolean {
  const { signatures, encryption } = open('SM2', fromHex(SM2_ANSWER.key));
  if (signatures === undefined || encryption === undefined) return false;
  const message = { type: 'RAW', bytes: Buffer.from('message digest') } as const;
  const entropy: Entropy = { bytes: () => fromHex(SM2_ANSWER.nonce) };
  const signature = signatures.sign('SM2DSA', message, entropy);
  return (
    is(signature, SM2_ANSWER.signature) &&
    verifiesOnly(signatures, 'SM2DSA', message, signature) &&
    is(
      encryption.decrypt('SM2PKE', fromHex(SM2_ANSWER.ciphertext)),
      Buffer.from('encryption standard').toString('hex'),
    )
  );
}

function testKeyWrap(): boolean {
  const [key, wrapped] = [KEY_WRAP_ANSWER.key, KEY_WRAP_ANSWER.wrapped].map(fromHex);
  if (key === undefined || wrapped === undefined) return false;
  return (
    is(unwrapKey(key, wrapped), KEY_WRAP_ANSWER.unwrapped) && unwrapKey(key, changed(wrapped)) === undefined
  );
}

function open(spec: KeySpec, secret: Uint8Array): OpenedKey {
  return untestedAlgorithm(spec).open(takeSecretKey(Uint8Array.from(secret)));
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

function is(bytes: Uint8Array | undefined, expected: string): boolean {
  return bytes !== undefined && Buffer.from(bytes).toString('hex') === expected;
}

/** Whether the signature verifies, and no longer does when a bit of it is changed. */
function verifiesOnly(
  signatures: Signatures,
  algorithm: SigningAlgorithm,
  message: SignedMessage,
  signature: Uint8Array,
): boolean {
  return (
    signatures.verify(algorithm, message, signature) &&
    !signatures.verify(algorithm, message, changed(signature))
  );
}

/** A copy with its last bit changed. */
function changed(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}
