import { type LogCrypto, sha256 } from '@keywitness/log';

/** More rounds than signatures can hang on each other: those that a round meets first are checked after it. */
const roundsMax = 8;

/** The start of a SubjectPublicKeyInfo (RFC 5280 section 4.1) up to the raw key, and the length of that. */
const algorithms = {
  Ed25519: { spkiStart: '302a300506032b6570032100', keyBytes: 32 },
  'ML-DSA-44': { spkiStart: '30820532300b06096086480165030403110382052100', keyBytes: 1312 },
} as const;

/** A signature algorithm of a log. */
export type Algorithm = keyof typeof algorithms;

interface Signature {
  readonly algorithm: Algorithm;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * Runs what needs signatures checked at once, with Web Crypto, which answers later: the work is done again until it
 * meets no signature that was not checked before. What it answers then rests on checked signatures only.
 */
export async function withWebCrypto<Value>(work: (crypto: LogCrypto) => Value): Promise<Value> {
  const known = new Map<string, boolean>();
  for (let round = 0; round < roundsMax; round += 1) {
    const met = new Map<string, Signature>();
    const ask = (each: Signature): boolean => {
      const name = nameOf(each);
      const verdict = known.get(name);
      if (verdict === undefined) met.set(name, each);
      // So that the work goes on to the next signature; this round's answer is not used.
      return verdict ?? true;
    };
    const value = work({
      sha256,
      verifyEd25519: (publicKey, message, signature) =>
        ask({ algorithm: 'Ed25519', publicKey, message, signature }),
      verifyMlDsa44: (publicKey, message, signature) =>
        ask({ algorithm: 'ML-DSA-44', publicKey, message, signature }),
    });
    if (met.size === 0) return value;
    for (const [name, each] of met) known.set(name, await verify(each));
  }
  throw new Error('the signatures did not come to an end');
}

/** Whether this browser can check signatures of an algorithm. */
export async function isSupported(algorithm: Algorithm): Promise<boolean> {
  try {
    await importKey(algorithm, new Uint8Array(algorithms[algorithm].keyBytes));
    return true;
  } catch (error) {
    // An algorithm that is not known is refused in this way, and a key that is none in another.
    return error instanceof DOMException && error.name !== 'NotSupportedError';
  }
}

async function verify({ algorithm, publicKey, message, signature }: Signature): Promise<boolean> {
  if (publicKey.length !== algorithms[algorithm].keyBytes) return false;
  try {
    const key = await importKey(algorithm, publicKey);
    return await crypto.subtle.verify(algorithm, key, new Uint8Array(signature), new Uint8Array(message));
  } catch (error) {
    // What is no key of the algorithm has signed nothing.
    if (error instanceof DOMException) return false;
    throw error;
  }
}

function importKey(algorithm: Algorithm, publicKey: Uint8Array): Promise<CryptoKey> {
  const { spkiStart } = algorithms[algorithm];
  const spki = Uint8Array.from([...bytesOfHex(spkiStart), ...publicKey]);
  return crypto.subtle.importKey('spki', spki, algorithm, false, ['verify']);
}

function bytesOfHex(text: string): readonly number[] {
  return (text.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16));
}

function nameOf({ algorithm, publicKey, message, signature }: Signature): string {
  return [algorithm, ...[publicKey, message, signature].map((bytes) => bytes.join())].join(' ');
}
