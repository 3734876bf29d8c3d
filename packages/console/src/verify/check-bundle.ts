import { checkEvidence, type EvidenceParts, type EvidenceVerdict, LogError, readZip } from '@keywitness/log';
import { readTrust, type Trust } from './read-trust.ts';
import type { Algorithm } from './signatures.ts';
import { withWebCrypto } from './web-crypto.ts';

/** What a page shows about a bundle. */
export interface BundleVerdict {
  readonly holds: boolean;
  /** The first part that does not hold. */
  readonly part?: string;
  /** In words, a line each. */
  readonly lines: readonly string[];
  /** What the page was not asked to check, or could not; in words, a line each. */
  readonly unchecked: readonly string[];
  /** The report of a bundle that holds: a page without scripts. */
  readonly report?: string;
}

/**
 * Checks a bundle of evidence with nothing but this code and what the browser has. `keys` is the text of the log's
 * `log.vkey`, or a trust policy; `mirrors` has the keys of mirrors, a line each, or a policy. All signatures are checked, those of
 * algorithms that the browser does not know by libraries.
 */
export async function checkBundle(bundle: Uint8Array, keys: string, mirrors = ''): Promise<BundleVerdict> {
  try {
    const trust = readTrust(keys, mirrors);
    const parts = await readZip(bundle);
    const { value, byLibrary } = await withWebCrypto((crypto) => checkEvidence({ parts, ...trust, crypto }));
    return describe(value, parts, trust, byLibrary);
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    const part = error.code === 'malformed-evidence' ? 'the archive' : 'the keys';
    return { holds: false, part, lines: [error.message], unchecked: [] };
  }
}

function describe(
  verdict: EvidenceVerdict,
  parts: EvidenceParts,
  trust: Trust,
  byLibrary: readonly Algorithm[],
): BundleVerdict {
  if (!verdict.ok) return { holds: false, part: verdict.part, lines: verdict.reasons, unchecked: [] };
  const { answer, exported, policies, missing, witnessed } = verdict;
  const { checkpoint, count, entries, pages, signatures, indexSignatures } = answer;
  const { origin } = checkpoint;
  const names = (list: typeof signatures, isOfLog: boolean): string =>
    [...new Set(list.map(({ name }) => name).filter((name) => (name === origin) === isOfLog))].join(', ');
  const witnesses = names(witnessed.signatures, false);
  const mirrors = names(indexSignatures, false);
  return {
    holds: true,
    lines: [
      `The log ${origin} has signed a checkpoint of ${checkpoint.size} entries, and an index of the same entries.`,
      ...(witnesses === ''
        ? []
        : [
            `Witnesses have cosigned a checkpoint of ${witnessed.checkpoint.size} entries of the same log: ${witnesses}.`,
          ]),
      ...(mirrors === '' ? [] : [`Mirrors have computed the index themselves: ${mirrors}.`]),
      `Of ${count} events of the subject, ${entries.length} are in the window. They are all here; none was left out.`,
      ...(pages === 1
        ? []
        : [`They come from ${pages} answers, each of which goes on where the one before ends.`]),
      `The export itself is entry ${exported.index} of the log.`,
      `${policies.length} policies that decided are here; ${missing.length} are named and are not.`,
      'The report says what the events say.',
      ...byLibrary.map(
        (algorithm) => `This browser does not know ${algorithm}: the page has checked it itself.`,
      ),
    ],
    unchecked: uncheckedOf(trust, verdict.pdf !== undefined),
    report: new TextDecoder().decode(parts.get('report.html')),
  };
}

function uncheckedOf(
  { trustedKeys, indexWitnessQuorum, indexWitnessRule }: Trust,
  hasPdf: boolean,
): readonly string[] {
  const { witnessKeys = [], witnessRule } = trustedKeys;
  const asksWitnesses = witnessKeys.length > 0 && witnessRule?.kind !== 'none';
  return [
    ...(asksWitnesses
      ? []
      : ['Witnesses: none was asked for. The log alone says that everybody is shown the same log.']),
    ...(indexWitnessQuorum > 0 || indexWitnessRule.kind !== 'none'
      ? []
      : [
          'Mirrors: none was asked for. The log alone says that its index is right, and can be convicted if not.',
        ]),
    ...(hasPdf
      ? [
          'report.pdf was not looked at, and may say anything: “keywitness evidence check” compares it with the events.',
        ]
      : []),
  ];
}
