import {
  type AnsweredEntry,
  type CompleteAnswer,
  isWithin,
  parseWholeAnswer,
} from '../completeness/index.ts';
import type { LogHasher } from '../crypto/index.ts';
import { encodeHex, encodeUtf8 } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { type EvidenceParts, formatManifest, partNames } from './manifest.ts';
import { formatHashes } from './witnessed.ts';
import { decidingPolicies } from './policies.ts';
import { reportOf } from './report.ts';
import type { Report } from './report-blocks.ts';
import { reportPage } from './report-html.ts';

/** What was asked of a service for a bundle of evidence. */
export interface Evidence {
  /** The complete answer, to the letter. */
  readonly answer: string;
  /** The event that says that it was exported, and the tlog-proof that the log has it. */
  readonly exported: { readonly index: number; readonly entry: Uint8Array; readonly proof: string };
  /** A checkpoint with cosignatures, at least as large as the answer's, and the RFC 6962 proof that it goes on from it. */
  readonly witnessed?: { readonly checkpoint: string; readonly consistency: readonly Uint8Array[] };
  /** The texts of the policies that decided, by their SHA-256; those that were not to be had are absent. */
  readonly policies: ReadonlyMap<string, string>;
}

/** The files that make up a bundle (`spec/evidence.md`), but for what takes a library to make. */
export interface EvidenceDraft {
  /** What the bundle says to people. */
  readonly report: Report;
  /** How many events it is about. */
  readonly events: number;
  /** All files, to be put into a ZIP archive; with the report as a PDF when there is one. */
  parts(pdf?: Uint8Array): EvidenceParts;
}

/**
 * Makes a bundle of what was asked of a service.
 *
 * @throws LogError `malformed-answer`, `malformed-note` or `malformed-checkpoint`
 */
export function draftEvidence(evidence: Evidence, hasher: LogHasher): EvidenceDraft {
  const answer = parseWholeAnswer(evidence.answer);
  const { exported } = evidence;
  const entries = entriesWithin(answer);
  const wanted = decidingPolicies([...entries.map(({ entry }) => entry), exported.entry]);
  const missing = wanted.filter((name) => !evidence.policies.has(name));
  const policies = new Map(
    wanted.flatMap((name) => {
      const text = evidence.policies.get(name);
      // As it was hashed.
      return text === undefined ? [] : [[name, text.toWellFormed()] as const];
    }),
  );
  const { witnessed } = evidence;
  const cosigned = witnessed === undefined ? {} : { witnessed: witnessed.checkpoint };
  const report = reportOf({ answer, entries, exported, policies, missing, ...cosigned });
  const common: readonly (readonly [string, Uint8Array])[] = [
    [partNames.answer, utf8(evidence.answer)],
    [partNames.checkpoint, utf8(answer.checkpoint)],
    [partNames.index, utf8(answer.index)],
    ...witnessedParts(evidence),
    ...entries.map(({ index, entry }) => [partNames.event(index), entry] as const),
    [partNames.exportEvent, exported.entry],
    [partNames.exportProof, utf8(exported.proof)],
    ...[...policies].map(([name, text]) => [partNames.policy(name), utf8(text)] as const),
  ];
  return {
    report,
    events: entries.length,
    parts: (pdf) =>
      withManifest(
        new Map([
          [partNames.report, utf8(reportPage(report))],
          ...(pdf === undefined ? [] : [[partNames.pdf, pdf] as const]),
          ...common,
        ]),
        missing,
        hasher,
      ),
  };
}

function withManifest(parts: EvidenceParts, missing: readonly string[], hasher: LogHasher): EvidenceParts {
  const listed = [...parts].map(([name, bytes]) => ({
    name,
    bytes: bytes.length,
    sha256: encodeHex(hasher.sha256(bytes)),
  }));
  return new Map([[partNames.manifest, utf8(formatManifest({ parts: listed, missing }))], ...parts]);
}

function witnessedParts({ witnessed }: Evidence): readonly (readonly [string, Uint8Array])[] {
  return witnessed === undefined
    ? []
    : [
        [partNames.witnessed, utf8(witnessed.checkpoint)],
        [partNames.consistency, utf8(formatHashes(witnessed.consistency))],
      ];
}

/** The events that an answer is about. */
function entriesWithin({ window, tree }: CompleteAnswer): readonly AnsweredEntry[] {
  return (tree?.leaves ?? []).flatMap((leaf) =>
    'entry' in leaf && isWithin(window, leaf) ? [{ index: leaf.index, entry: leaf.entry }] : [],
  );
}

function utf8(text: string): Uint8Array {
  const bytes = encodeUtf8(text);
  if (bytes === undefined) {
    throw new LogError('malformed-evidence', 'a text of the bundle is not well-formed');
  }
  return bytes;
}
