import { ed25519 } from '@noble/curves/ed25519.js';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';

/** The start of a SubjectPublicKeyInfo (RFC 5280 section 4.1) up to the raw key, and the lengths of key and signature. */
const algorithms = {
  Ed25519: { spkiStart: '302a300506032b6570032100', keyBytes: 32, signatureBytes: 64 },
  'ML-DSA-44': {
    spkiStart: '30820532300b06096086480165030403110382052100',
    keyBytes: 1312,
    signatureBytes: 2420,
  },
} as const;

/** A signature algorithm of a log, a witness or a mirror. */
export type Algorithm = keyof typeof algorithms;

/** What somebody may have signed. */
export interface Signature {
  readonly algorithm: Algorithm;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Whether this browser can check signatures of an algorithm by itself. */
export async function isSupported(algorithm: Algorithm): Promise<boolean> {
  try {
    await importKey(algorithm, new Uint8Array(algorithms[algorithm].keyBytes));
    return true;
  } catch (error) {
    // An algorithm that is not known is refused in this way, and a key that is none in another.
    return error instanceof DOMException && error.name !== 'NotSupportedError';
  }
}

/** Whether a signature is good, by what the browser has. What is no key of the algorithm has signed nothing. */
export async function verifyByBrowser(claim: Signature): Promise<boolean> {
  const { algorithm, publicKey, message, signature } = claim;
  if (!hasLengths(claim)) return false;
  try {
    const key = await importKey(algorithm, publicKey);
    return await crypto.subtle.verify(algorithm, key, new Uint8Array(signature), new Uint8Array(message));
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

/** The same by the libraries that the page brings, for browsers that do not know the algorithm. */
export function verifyByLibrary(claim: Signature): boolean {
  const { algorithm, publicKey, message, signature } = claim;
  if (!hasLengths(claim)) return false;
  try {
    switch (algorithm) {
      case 'Ed25519':
        // By RFC 8032, and not by the wider rules of ZIP 215.
        return ed25519.verify(signature, message, publicKey, { zip215: false });
      case 'ML-DSA-44':
        return ml_dsa44.verify(signature, message, publicKey);
    }
  } catch {
    // Keys and signatures are what may be anything here, and the libraries throw for those that are none.
    return false;
  }
}

function hasLengths({ algorithm, publicKey, signature }: Signature): boolean {
  const { keyBytes, signatureBytes } = algorithms[algorithm];
  return publicKey.length === keyBytes && signature.length === signatureBytes;
}

function importKey(algorithm: Algorithm, publicKey: Uint8Array): Promise<CryptoKey> {
  const spki = Uint8Array.from([...bytesOfHex(algorithms[algorithm].spkiStart), ...publicKey]);
  return crypto.subtle.importKey('spki', spki, algorithm, false, ['verify']);
}

function bytesOfHex(text: string): readonly number[] {
  return (text.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16));
}
