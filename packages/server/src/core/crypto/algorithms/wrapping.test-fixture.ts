import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import type { WrappingAlgorithm } from '../index.ts';

const { RSA_PKCS1_OAEP_PADDING, RSA_PKCS1_PADDING } = constants;

/** What a client does, as AWS's documents tell it to. Under SM2 it needs a library of its own. */
export function wrapMaterial(
  algorithm: Exclude<WrappingAlgorithm, 'SM2PKE'>,
  publicKey: Uint8Array,
  material: Uint8Array,
): Uint8Array {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  const oaepHash = algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256';
  const padding = RSA_PKCS1_OAEP_PADDING;
  if (algorithm === 'RSAES_PKCS1_V1_5') return publicEncrypt({ key, padding: RSA_PKCS1_PADDING }, material);
  if (algorithm.startsWith('RSAES_OAEP')) return publicEncrypt({ key, padding, oaepHash }, material);
  const aesKey = randomBytes(32);
  return Buffer.concat([publicEncrypt({ key, padding, oaepHash }, aesKey), wrapKey(aesKey, material)]);
}

function wrapKey(aesKey: Uint8Array, material: Uint8Array): Uint8Array {
  const cipher = createCipheriv('id-aes256-wrap-pad', aesKey, Buffer.from('a65959a6', 'hex'));
  return Buffer.concat([cipher.update(material), cipher.final()]);
}
