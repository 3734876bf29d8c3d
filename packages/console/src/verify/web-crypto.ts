import { type LogCrypto, sha256 } from '@keywitness/log';
import {
  type Algorithm,
  isSupported,
  type Signature,
  verifyByBrowser,
  verifyByLibrary,
} from './signatures.ts';

/** More rounds than signatures can hang on each other: those that a round meets first are checked after it. */
const roundsMax = 8;

/** What came of the work, and which algorithms the page itself had to check. */
export interface Checked<Value> {
  readonly value: Value;
  readonly byLibrary: readonly Algorithm[];
}

/**
 * Runs what needs signatures checked at once, with Web Crypto, which answers later: the work is done again until it
 * meets no signature that was not checked before. What it answers then rests on checked signatures only. What the browser
 * does not know is checked by libraries.
 */
export async function withWebCrypto<Value>(work: (crypto: LogCrypto) => Value): Promise<Checked<Value>> {
  const known = new Map<string, boolean>();
  const byLibrary = new Set<Algorithm>();
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
    if (met.size === 0) return { value, byLibrary: [...byLibrary] };
    for (const [name, each] of met) {
      const isOfBrowser = await isSupported(each.algorithm);
      if (!isOfBrowser) byLibrary.add(each.algorithm);
      known.set(name, isOfBrowser ? await verifyByBrowser(each) : verifyByLibrary(each));
    }
  }
  throw new Error('the signatures did not come to an end');
}

function nameOf({ algorithm, publicKey, message, signature }: Signature): string {
  return [algorithm, ...[publicKey, message, signature].map((bytes) => bytes.join())].join(' ');
}
