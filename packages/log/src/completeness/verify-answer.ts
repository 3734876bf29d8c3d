import type { LogCrypto, LogHasher } from '../crypto/index.ts';
import { equalBytes } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { emptyRoot, leafHash, verifyConsistency } from '../merkle/index.ts';
import {
  type Checkpoint,
  openCheckpoint,
  type TrustedKeys,
  type VerifiedSignature,
  type WitnessRule,
} from '../note/index.ts';
import {
  type AnswerLeaf,
  type AnswerPages,
  type AnswerTree,
  type AnswerWindow,
  type CompleteAnswer,
  isWithin,
  sideOf,
} from './answer.ts';
import { parsePages } from './answer-text.ts';
import { joinPages } from './pages.ts';
import { rootOfRun } from './cover.ts';
import { endsElsewhere, rootOfPath } from './map-path.ts';
import { openIndexCheckpoint } from './replay-index.ts';
import { indexStatement } from './statement.ts';
import { subjectLeafHash, treeHead } from './subject-tree.ts';
import { entryFacts, isSameSubject, subjectKey } from './subjects.ts';

/** What is to be shown and whom to believe. */
export interface VerifyAnswerOptions {
  /** An answer, read or as it is kept: as a whole, or in pages (`spec/completeness.md`, "Pages"). */
  readonly answer: CompleteAnswer | string | Uint8Array;
  readonly trustedKeys: TrustedKeys;
  /** Verifier keys of those who replay the log and cosign its index, and how many of them are asked for. */
  readonly indexWitnessKeys?: readonly string[];
  readonly indexWitnessQuorum?: number;
  /** Which of them must have cosigned, key by key, besides that number; its keys are among `indexWitnessKeys`. */
  readonly indexWitnessRule?: WitnessRule;
  readonly crypto: LogCrypto;
}

/** An event of an answer. */
export interface AnsweredEntry {
  readonly index: number;
  /** The leaf of the log, to the letter. */
  readonly entry: Uint8Array;
}

/** All events that were asked for, in whose word; or why this is not shown. */
export type AnswerVerdict =
  | {
      readonly ok: true;
      readonly answer: CompleteAnswer;
      /** All events of the subject in the window, in the order of the log. */
      readonly entries: readonly AnsweredEntry[];
      /** How many answers it was put together from. */
      readonly pages: number;
      /** Events of the subject in the whole log of that size. */
      readonly count: number;
      readonly checkpoint: Checkpoint;
      readonly signatures: readonly VerifiedSignature[];
      /** Of the index checkpoint. With pages: of that of the last, by the log and by mirrors that have cosigned each. */
      readonly indexSignatures: readonly VerifiedSignature[];
    }
  | { readonly ok: false; readonly reasons: readonly string[] };

type Shown = Extract<AnswerVerdict, { ok: true }>;

/**
 * Checks offline that an answer is complete (`spec/completeness.md`, "Answer"). Never throws for a bad answer; throws
 * `malformed-key` for trusted keys that cannot be used.
 */
export function verifyAnswer(options: VerifyAnswerOptions): AnswerVerdict {
  const answer = read(options.answer);
  if (answer instanceof LogError) return no(answer.message);
  const [only] = answer.pages;
  return only !== undefined && answer.pages.length === 1
    ? verifyPage(only, options)
    : verifyPages(answer, options);
}

function verifyPage(answer: CompleteAnswer, options: VerifyAnswerOptions): AnswerVerdict {
  const { trustedKeys, crypto } = options;
  const log = openCheckpoint(answer.checkpoint, trustedKeys, crypto);
  if (!log.ok) return log;
  const index = openIndexCheckpoint(answer.index, indexKeysFor(options), crypto);
  if (!index.ok) return { ok: false, reasons: index.reasons.map((reason) => `of the index: ${reason}`) };
  const { size, root: logRoot } = log.checkpoint;
  if (index.checkpoint.size !== size) {
    return no(`the index covers \`${index.checkpoint.size}\` entries and the checkpoint \`${size}\``);
  }
  const problem = contentProblem(answer, { size, logRoot, statement: index.checkpoint.root }, crypto);
  if (problem !== undefined) return no(problem);
  return {
    ok: true,
    answer,
    entries: entriesOf(answer),
    pages: 1,
    count: answer.tree?.count ?? 0,
    checkpoint: log.checkpoint,
    signatures: log.signatures,
    indexSignatures: index.signatures,
  };
}

/** Of the mirrors and the log, the keys that are asked about the index; the witnesses are asked about the checkpoint. */
function indexKeysFor(options: VerifyAnswerOptions): TrustedKeys {
  const { trustedKeys, indexWitnessKeys = [], indexWitnessQuorum = 0, indexWitnessRule } = options;
  const { origin, logKeys, logKeysNeeded } = trustedKeys;
  return {
    origin,
    logKeys,
    witnessKeys: indexWitnessKeys,
    witnessQuorum: indexWitnessQuorum,
    ...(logKeysNeeded === undefined ? {} : { logKeysNeeded }),
    ...(indexWitnessRule === undefined ? {} : { witnessRule: indexWitnessRule }),
  };
}

/** Each page is complete, goes on where the one before ends, and is of the same log; together they reach over the window. */
function verifyPages(paged: AnswerPages, options: VerifyAnswerOptions): AnswerVerdict {
  let last: Shown | undefined;
  let indexSignatures: readonly VerifiedSignature[] | undefined;
  for (const [at, page] of paged.pages.entries()) {
    const verdict = verifyPage(page, options);
    if (!verdict.ok) {
      return { ok: false, reasons: verdict.reasons.map((reason) => `page \`${at}\`: ${reason}`) };
    }
    const problem = last && historyProblem(last, verdict, paged.consistency[at - 1] ?? [], options.crypto);
    if (problem !== undefined) return no(`page \`${at}\`: ${problem}`);
    indexSignatures = onEach(indexSignatures, verdict);
    last = verdict;
  }
  const answer = joinPages(paged);
  if (typeof answer === 'string') return no(answer);
  const { tree } = answer;
  if (last === undefined || indexSignatures === undefined || tree === undefined) return no('it has no page');
  // What is in the window of a page, the page has shown to be of the subject and of its time.
  const reach = reachOf(paged);
  const atTheEnds = tree.leaves.filter((leaf) => !isWithin(reach, leaf));
  const problem =
    leavesProblem(tree, last.checkpoint.size) ??
    windowProblem(answer, tree) ??
    entriesProblem(answer, { ...tree, leaves: atTheEnds });
  if (problem !== undefined) return no(problem);
  const pages = paged.pages.length;
  return { ...last, answer, entries: entriesOf(answer), pages, count: tree.count, indexSignatures };
}

/** The window of all pages, each of which goes on where the one before ends. */
function reachOf({ window, pages }: AnswerPages): AnswerWindow {
  const [first, last] = [pages[0]?.window, pages.at(-1)?.window];
  return first?.kind === 'index' && last?.kind === 'index'
    ? { kind: 'index', from: first.from, to: last.to }
    : window;
}

/** Of the signatures of an index, those of the log, and of the mirrors that have also cosigned each index before. */
function onEach(
  before: readonly VerifiedSignature[] | undefined,
  { checkpoint, indexSignatures }: Shown,
): readonly VerifiedSignature[] {
  const isBefore = ({ name, keyId }: VerifiedSignature): boolean =>
    before?.some((one) => one.name === name && one.keyId === keyId) ?? true;
  return indexSignatures.filter((one) => one.name === checkpoint.origin || isBefore(one));
}

function historyProblem(
  { checkpoint: before }: Shown,
  { checkpoint: after }: Shown,
  proof: readonly Uint8Array[],
  crypto: LogCrypto,
): string | undefined {
  const sizes = { oldSize: before.size, newSize: after.size };
  const verdict = verifyConsistency({ ...sizes, oldRoot: before.root, newRoot: after.root, proof }, crypto);
  return verdict.ok ? undefined : `it is not of the same history as the one before: ${verdict.reason}`;
}

/** What was signed. */
export interface SignedRoots {
  readonly size: number;
  readonly logRoot: Uint8Array;
  /** Of the index checkpoint. */
  readonly statement: Uint8Array;
}

/** Why an answer is not complete under these roots; `undefined` when it is. */
export function contentProblem(
  answer: CompleteAnswer,
  { size, logRoot, statement }: SignedRoots,
  hasher: LogHasher,
): string | undefined {
  const mapRoot = mapRootOf(answer, hasher);
  if (typeof mapRoot === 'string') return mapRoot;
  if (!equalBytes(indexStatement({ size, logRoot, mapRoot }, hasher), statement)) {
    return 'the proof does not lead to the root of the index';
  }
  const { tree } = answer;
  if (tree === undefined) return undefined;
  return leavesProblem(tree, size) ?? windowProblem(answer, tree) ?? entriesProblem(answer, tree);
}

/** The root of the map that the proof leads to, or why it leads to none. */
function mapRootOf({ subject, path, other, tree }: CompleteAnswer, hasher: LogHasher): Uint8Array | string {
  const key = subjectKey(subject, hasher);
  if (tree !== undefined) {
    if (other !== undefined) return 'the answer says both that there are events and that there are none';
    const end = tree.first + tree.leaves.length;
    if (tree.leaves.length === 0 || end > tree.count) return 'the leaves do not fit into the tree';
    const hashes = tree.leaves.map((leaf) =>
      subjectLeafHash({ ...leaf, hash: hashOf(leaf, hasher) }, hasher),
    );
    const root = rootOfRun({ count: tree.count, first: tree.first, end }, hashes, tree.hashes, hasher);
    if (root === undefined) return 'the proof of the leaves has not as many hashes as it must have';
    const head = treeHead({ count: tree.count, latenessMs: tree.latenessMs, root }, hasher);
    return rootOfPath({ key, head }, path, hasher) ?? 'the steps of the path are not in order';
  }
  if (other === undefined) {
    return path.length === 0 ? emptyRoot(hasher) : 'the answer does not say where the search ended';
  }
  if (!endsElsewhere(key, other.key, path)) return 'the path is not the one of the subject';
  return rootOfPath(other, path, hasher) ?? 'the steps of the path are not in order';
}

function leavesProblem({ leaves, first, latenessMs }: AnswerTree, size: number): string | undefined {
  let before = { index: -1, latestMs: first === 0 ? 0 : undefined };
  for (const { index, timeMs, latestMs } of leaves) {
    if (index <= before.index || index >= size) return `entry \`${index}\` is out of order`;
    const isLatest =
      before.latestMs === undefined ? latestMs >= timeMs : latestMs === Math.max(before.latestMs, timeMs);
    if (!isLatest || latestMs - timeMs > latenessMs) {
      return `the times of entry \`${index}\` are out of order`;
    }
    before = { index, latestMs };
  }
  return undefined;
}

/** The leaves must reach over both ends of the window. */
function windowProblem({ window }: CompleteAnswer, tree: AnswerTree): string | undefined {
  const { leaves, first, count, latenessMs } = tree;
  const [start, end] = [leaves[0], leaves.at(-1)];
  if (first > 0 && (start === undefined || sideOf(window, start, latenessMs) !== 'before')) {
    return 'events may be missing at the start of the window';
  }
  const isEnd = first + leaves.length === count;
  if (!isEnd && (end === undefined || sideOf(window, end, latenessMs) !== 'behind')) {
    return 'events may be missing at the end of the window';
  }
  return undefined;
}

function entriesProblem({ window, subject }: CompleteAnswer, { leaves }: AnswerTree): string | undefined {
  for (const leaf of leaves) {
    if (!isWithin(window, leaf)) continue;
    if (!('entry' in leaf)) return `entry \`${leaf.index}\` is missing`;
    const { subjects, timeMs } = entryFacts(leaf.entry);
    if (!subjects.some((candidate) => isSameSubject(candidate, subject))) {
      return `entry \`${leaf.index}\` is not about the subject`;
    }
    if (leaf.timeMs !== (timeMs ?? leaf.latestMs)) return `entry \`${leaf.index}\` states another time`;
  }
  return undefined;
}

function entriesOf({ window, tree }: CompleteAnswer): readonly AnsweredEntry[] {
  return (tree?.leaves ?? []).flatMap((leaf) =>
    'entry' in leaf && isWithin(window, leaf) ? [{ index: leaf.index, entry: leaf.entry }] : [],
  );
}

function hashOf(leaf: AnswerLeaf, hasher: LogHasher): Uint8Array {
  return 'entry' in leaf ? leafHash(leaf.entry, hasher) : leaf.hash;
}

function read(answer: VerifyAnswerOptions['answer']): AnswerPages | LogError {
  try {
    return typeof answer === 'string' || answer instanceof Uint8Array
      ? parsePages(answer)
      : { window: answer.window, pages: [answer], consistency: [] };
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
}

function no(reason: string): AnswerVerdict {
  return { ok: false, reasons: [reason] };
}
