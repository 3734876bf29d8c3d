import { createHmac } from 'node:crypto';
import { constantTimeEqual } from '../hash.ts';
import { keyObjectOf, type SecretKey } from '../secret-key.ts';
import type { KeyAlgorithm, OpenedKey } from './key-algorithm.ts';
import type { MacAlgorithm } from './key-specs.ts';
import { incompatibleAlgorithm, invalidMaterial } from './refusals.ts';

type HmacSpec = 'HMAC_224' | 'HMAC_256' | 'HMAC_384' | 'HMAC_512';

/** HMAC (RFC 2104) with SHA-2. The key is as long as the code, as AWS's keys are. */
function hmac(spec: HmacSpec, algorithm: MacAlgorithm, digest: string, bytes: number): KeyAlgorithm {
  return {
    spec,
    usages: ['GENERATE_VERIFY_MAC'],
    signingAlgorithms: [],
    encryptionAlgorithms: [],
    macAlgorithms: [algorithm],
    newMaterial: (entropy) => ({ secret: entropy.bytes(bytes) }),
    importMaterial(material) {
      if (material.length !== bytes) throw invalidMaterial(spec, `it must have ${bytes} bytes`);
      return { secret: Uint8Array.from(material) };
    },
    open: (secret) => openHmac(spec, algorithm, digest, secret),
  };
}

function openHmac(spec: HmacSpec, algorithm: MacAlgorithm, digest: string, secret: SecretKey): OpenedKey {
  const key = keyObjectOf(secret);
  const macOf = (asked: MacAlgorithm, message: Uint8Array): Uint8Array => {
    if (asked !== algorithm) throw incompatibleAlgorithm(asked, spec);
    return createHmac(digest, key).update(message).digest();
  };
  return {
    spec,
    macs: {
      generateMac: macOf,
      verifyMac: (asked, message, mac) => constantTimeEqual(macOf(asked, message), mac),
    },
  };
}

/** The four HMAC key specs. */
export const hmacAlgorithms: readonly KeyAlgorithm[] = [
  hmac('HMAC_224', 'HMAC_SHA_224', 'sha224', 28),
  hmac('HMAC_256', 'HMAC_SHA_256', 'sha256', 32),
  hmac('HMAC_384', 'HMAC_SHA_384', 'sha384', 48),
  hmac('HMAC_512', 'HMAC_SHA_512', 'sha512', 64),
];
