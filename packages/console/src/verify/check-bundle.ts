import {
  checkEvidence,
  type EvidenceParts,
  type EvidenceVerdict,
  keyTypes,
  LogError,
  parseLogKeys,
  parseVerifierKey,
  readZip,
  type TrustedKeys,
} from '@keywitness/log';
import { isSupported, withWebCrypto } from './web-crypto.ts';

/** What a page shows about a bundle. */
export interface BundleVerdict {
  readonly holds: boolean;
  /** The first part that does not hold. */
  readonly part?: string;
  /** In words, a line each. */
  readonly lines: readonly string[];
  /** The report of a bundle that holds: a page without scripts. */
  readonly report?: string;
}

/**
 * Checks a bundle of evidence with nothing but this code and what the browser has. `keys` is the text of the log's
 * `log.vkey`. Keys of an algorithm that the browser does not know are left out, and it says so; at least one is needed.
 */
export async function checkBundle(bundle: Uint8Array, keys: string): Promise<BundleVerdict> {
  try {
    const { trustedKeys, leftOut } = await usableKeys(keys);
    const parts = await readZip(bundle);
    const verdict = await withWebCrypto((crypto) => checkEvidence({ parts, trustedKeys, crypto }));
    return describe(verdict, parts, leftOut);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    return {
      holds: false,
      part: error.code === 'malformed-evidence' ? 'the archive' : 'the keys',
      lines: [error.message],
    };
  }
}

async function usableKeys(
  text: string,
): Promise<{ readonly trustedKeys: TrustedKeys; readonly leftOut: readonly string[] }> {
  const keys = parseLogKeys(text.replaceAll('\r\n', '\n').replace(/\n*$/, '\n'));
  const usable: string[] = [];
  const leftOut: string[] = [];
  for (const vkey of keys.logKeys) {
    const algorithm = parseVerifierKey(vkey).type === keyTypes.mlDsa44Cosignature ? 'ML-DSA-44' : 'Ed25519';
    if (await isSupported(algorithm)) usable.push(vkey);
    else leftOut.push(`this browser cannot check signatures with ${algorithm}: they were not looked at`);
  }
  if (usable.length === 0) throw new LogError('malformed-key', 'this browser can use none of these keys');
  return { trustedKeys: { ...keys, logKeys: usable }, leftOut };
}

function describe(verdict: EvidenceVerdict, parts: EvidenceParts, leftOut: readonly string[]): BundleVerdict {
  if (!verdict.ok) return { holds: false, part: verdict.part, lines: verdict.reasons };
  const { answer, exported, policies, missing } = verdict;
  const { checkpoint, count, entries, signatures, indexSignatures } = answer;
  const signers = (list: typeof signatures): string => list.map(({ name }) => name).join(', ');
  const decoder = new TextDecoder();
  return {
    holds: true,
    lines: [
      `The log ${checkpoint.origin} has signed a checkpoint of ${checkpoint.size} entries (${signers(signatures)}).`,
      `It has signed an index of the same entries (${signers(indexSignatures)}).`,
      `Of ${count} events of the subject, ${entries.length} are in the window. They are all here; none was left out.`,
      `The export itself is entry ${exported.index} of the log.`,
      `${policies.length} policies that decided are here; ${missing.length} are named and are not.`,
      'The report below says what the events say.',
      ...leftOut,
    ],
    report: decoder.decode(parts.get('report.html')),
  };
}
