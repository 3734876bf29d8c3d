import { type AnsweredEntry, type AnswerVerdict, verifyAnswer } from '../completeness/index.ts';
import type { LogCrypto } from '../crypto/index.ts';
import { decodeUtf8, encodeHex, encodeUtf8, equalBytes } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import type { TrustedKeys, WitnessRule } from '../note/index.ts';
import { type ProofVerdict, verifyProof } from '../proof/index.ts';
import { parseEvent } from './event-members.ts';
import { type EvidenceParts, type Manifest, parseManifest, partNames } from './manifest.ts';
import { decidingPolicies } from './policies.ts';
import { exportProblem } from './question.ts';
import { reportOf } from './report.ts';
import type { Report } from './report-blocks.ts';
import { reportPage } from './report-html.ts';
import { checkWitnessed, logKeysOnly, type WitnessedCheckpoint } from './witnessed.ts';

/** What is to be shown and whom to believe. */
export interface CheckEvidenceOptions {
  /** The files of a bundle, as `readZip` gives them. */
  readonly parts: EvidenceParts;
  readonly trustedKeys: TrustedKeys;
  /** As for `verifyAnswer`. */
  readonly indexWitnessKeys?: readonly string[];
  readonly indexWitnessQuorum?: number;
  readonly indexWitnessRule?: WitnessRule;
  readonly crypto: LogCrypto;
}

/** What a bundle shows, or the first part of it that does not hold. */
export type EvidenceVerdict =
  | {
      readonly ok: true;
      readonly answer: Extract<AnswerVerdict, { ok: true }>;
      /** The checkpoint that shows the cosignatures which were asked for: of the answer, or one that goes on from it. */
      readonly witnessed: WitnessedCheckpoint;
      /** The event that says who exported it. */
      readonly exported: AnsweredEntry;
      /** SHA-256 of the policies that decided: those whose text is there, and those whose text is not. */
      readonly policies: readonly string[];
      readonly missing: readonly string[];
      /** What the bundle says to people; `report.html` is this. */
      readonly report: Report;
      /** `report.pdf` as it is there. It is not checked here, because it takes a library to make it again. */
      readonly pdf?: Uint8Array;
    }
  | { readonly ok: false; readonly part: string; readonly reasons: readonly string[] };

type Shown = Extract<AnswerVerdict, { ok: true }>;
type Refused = Extract<EvidenceVerdict, { ok: false }>;

/**
 * Checks the files of a bundle offline (`spec/evidence.md`, "Checking"), in the order of what hangs on what. Never
 * throws for a bad bundle; throws `malformed-key` for trusted keys that cannot be used.
 */
export function checkEvidence(options: CheckEvidenceOptions): EvidenceVerdict {
  const { parts, crypto } = options;
  const manifest = readManifest(parts);
  if (manifest instanceof LogError) return no(partNames.manifest, manifest.message);
  const listed = listProblem(parts, manifest, crypto);
  if (listed !== undefined) return listed;
  const trustedKeys = logKeysOnly(options.trustedKeys);
  const answer = verifyAnswer({ ...options, trustedKeys, answer: part(parts, partNames.answer) });
  if (!answer.ok) return { ok: false, part: partNames.answer, reasons: answer.reasons };
  const witnessed = checkWitnessed(parts, answer, options.trustedKeys, crypto);
  if (!witnessed.ok) return witnessed;
  const exported = checkExport({ ...options, trustedKeys }, answer);
  if (!exported.ok) return exported;
  const problem =
    copiesProblem(parts, answer) ?? policiesProblem(parts, manifest, answer, exported.exported, crypto);
  if (problem !== undefined) return problem;
  const policies = policiesIn(parts);
  const { missing } = manifest;
  const extra = extraProblem(parts, answer, policies);
  if (extra !== undefined) return extra;
  const note = decodeUtf8(part(parts, partNames.witnessed)) ?? '';
  const cosigned = parts.has(partNames.witnessed) ? { witnessed: note } : {};
  const facts = { ...answer, exported: exported.exported, policies, missing, ...cosigned };
  const report = reportOf(facts);
  const page = encodeUtf8(reportPage(report));
  if (page === undefined || !equalBytes(page, part(parts, partNames.report))) {
    return no(partNames.report, 'the report is not the one that these events give');
  }
  const pdf = parts.get(partNames.pdf);
  return {
    ok: true,
    answer,
    witnessed,
    exported: exported.exported,
    policies: [...policies.keys()],
    missing,
    report,
    ...(pdf === undefined ? {} : { pdf }),
  };
}

function readManifest(parts: EvidenceParts): Manifest | LogError {
  try {
    return parseManifest(part(parts, partNames.manifest));
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
}

/** The manifest lists what there is, each once, and the digests are right. */
function listProblem(parts: EvidenceParts, manifest: Manifest, crypto: LogCrypto): Refused | undefined {
  const listed = new Map(manifest.parts.map((each) => [each.name, each]));
  if (listed.size < manifest.parts.length) return no(partNames.manifest, 'it lists a file twice');
  for (const { name, bytes, sha256 } of listed.values()) {
    const content = parts.get(name);
    if (content === undefined) return no(name, 'the file is missing');
    if (content.length !== bytes || encodeHex(crypto.sha256(content)) !== sha256) {
      return no(name, 'the file is not the one that the manifest lists');
    }
  }
  for (const name of parts.keys()) {
    if (name !== partNames.manifest && !listed.has(name)) return no(name, 'the manifest does not list it');
  }
  for (const name of [partNames.answer, partNames.exportEvent, partNames.exportProof, partNames.report]) {
    if (!listed.has(name)) return no(name, 'the file is missing');
  }
  return undefined;
}

/** The event of the export is in the log, and in the part of it that the answer is about, and of this answer. */
function checkExport(
  { parts, trustedKeys, crypto }: CheckEvidenceOptions,
  { answer, checkpoint }: Shown,
): { readonly ok: true; readonly exported: AnsweredEntry } | Refused {
  const entry = part(parts, partNames.exportEvent);
  const proofText = part(parts, partNames.exportProof);
  const proof: ProofVerdict = verifyProof({ proofText, entry, trustedKeys, crypto });
  if (!proof.ok) return { ok: false, part: partNames.exportProof, reasons: proof.reasons };
  const { size, root } = proof.checkpoint;
  if (size === checkpoint.size && !equalBytes(root, checkpoint.root)) {
    return no(partNames.exportProof, 'it is of another history than the answer: the log has forked');
  }
  if (proof.index >= checkpoint.size) {
    return no(partNames.exportProof, 'the export was recorded after what the answer covers');
  }
  const problem = exportProblem(parseEvent(entry), answer);
  return problem === undefined
    ? { ok: true, exported: { index: proof.index, entry } }
    : no(partNames.exportEvent, problem);
}

/** What stands in the answer and, for people, beside it. */
function copiesProblem(parts: EvidenceParts, { answer, entries }: Shown): Refused | undefined {
  const copies: readonly (readonly [string, Uint8Array | undefined])[] = [
    [partNames.checkpoint, encodeUtf8(answer.checkpoint)],
    [partNames.index, encodeUtf8(answer.index)],
    ...entries.map(({ index, entry }) => [partNames.event(index), entry] as const),
  ];
  for (const [name, expected] of copies) {
    const content = parts.get(name);
    if (content === undefined) return no(name, 'the file is missing');
    if (expected === undefined || !equalBytes(content, expected)) {
      return no(name, 'it is not what the answer says');
    }
  }
  return undefined;
}

/** The texts are the ones that the events name, and all that they name are there or said to be missing. */
function policiesProblem(
  parts: EvidenceParts,
  { missing }: Manifest,
  { entries }: Shown,
  exported: AnsweredEntry,
  crypto: LogCrypto,
): Refused | undefined {
  const wanted = decidingPolicies([...entries.map(({ entry }) => entry), exported.entry]);
  const absent = wanted.filter((sha256) => !parts.has(partNames.policy(sha256)));
  if (absent.join() !== missing.join()) {
    return no(partNames.manifest, 'it does not say which policies that decided are missing');
  }
  for (const sha256 of wanted) {
    const text = parts.get(partNames.policy(sha256));
    if (text !== undefined && encodeHex(crypto.sha256(text)) !== sha256) {
      return no(partNames.policy(sha256), 'it is another text than the one that decided');
    }
    if (text !== undefined && decodeUtf8(text) === undefined) {
      return no(partNames.policy(sha256), 'it is not UTF-8');
    }
  }
  const named = new Set(wanted.map(partNames.policy));
  const stray = [...parts.keys()].find((name) => name.startsWith('policies/') && !named.has(name));
  return stray === undefined ? undefined : no(stray, 'no event names it as having decided');
}

/** By their SHA-256, in its order, whatever the order of the files. */
function policiesIn(parts: EvidenceParts): ReadonlyMap<string, string> {
  const names = [...parts.keys()].filter((name) => name.startsWith('policies/')).toSorted();
  return new Map(
    names.map((name) => [
      name.slice('policies/'.length, -'.json'.length),
      decodeUtf8(part(parts, name)) ?? '',
    ]),
  );
}

function extraProblem(
  parts: EvidenceParts,
  { entries }: Shown,
  policies: ReadonlyMap<string, string>,
): Refused | undefined {
  const { event, policy, consistency, ...fixed } = partNames;
  const known = new Set([
    ...Object.values(fixed),
    ...(parts.has(partNames.witnessed) ? [consistency] : []),
    ...entries.map(({ index }) => event(index)),
    ...[...policies.keys()].map(policy),
  ]);
  const stray = [...parts.keys()].find((name) => !known.has(name));
  return stray === undefined ? undefined : no(stray, 'it is no part of the evidence');
}

function part(parts: EvidenceParts, name: string): Uint8Array {
  return parts.get(name) ?? new Uint8Array(0);
}

function no(name: string, reason: string): Refused {
  return { ok: false, part: name, reasons: [reason] };
}
