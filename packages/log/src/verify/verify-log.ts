import type { LogCrypto } from '../crypto/index.ts';
import { equalBytes } from '../encoding/index.ts';
import {
  type CheckpointFields,
  type CheckpointVerdict,
  openCheckpoint,
  type TrustedKeys,
} from '../note/index.ts';
import type { LogFetch } from '../tiles/index.ts';
import { replay } from './replay.ts';
import type { LogProblem, LogReport } from './report.ts';

/** How far a verification has come. */
export interface VerifyProgress {
  readonly entries: number;
  readonly size: number;
}

/** Which log is verified and against what. */
export interface VerifyLogOptions {
  readonly fetch: LogFetch;
  /** From the verifier's own hands, never from the log. */
  readonly keys: TrustedKeys;
  readonly crypto: LogCrypto;
  /** What earlier checkpoints said that were believed: the log must be an extension of each. */
  readonly previous?: readonly CheckpointFields[];
  /** Called once for each bundle. */
  readonly onProgress?: (progress: VerifyProgress) => void;
  /** A clock in milliseconds, such as `performance.now`, for `entriesPerSecond`. */
  readonly nowMs?: () => number;
}

const checkpointFile = 'checkpoint';

/**
 * Verifies a whole log (tlog-tiles): opens the checkpoint, hashes every entry, derives every tile and compares it with
 * the stored one, and compares the root with the signed one. Believes nothing but the trusted keys. A log that does not
 * hold is a report that says where; it throws `malformed-key` for trusted keys that cannot be used.
 */
export async function verifyLog(options: VerifyLogOptions): Promise<LogReport> {
  const { nowMs, previous = [] } = options;
  const startedAt = nowMs?.();
  const opened = await readCheckpoint(options);
  if ('code' in opened) return report(undefined, [opened], 0);
  const { size, root } = opened.checkpoint;
  const found = await replay({
    size,
    root,
    fetch: options.fetch,
    hasher: options.crypto,
    rootsAt: previous.map((earlier) => earlier.size),
    onProgress: (entries) => options.onProgress?.({ entries, size }),
  });
  const problems = [
    ...(found.problem === undefined ? [] : [found.problem]),
    ...previous.flatMap((earlier) =>
      rollback(opened.checkpoint, earlier, found.earlierRoots.get(earlier.size)),
    ),
  ];
  const outcome = report(opened, problems, found.entriesVerified);
  if (nowMs === undefined || startedAt === undefined) return outcome;
  const elapsedMs = nowMs() - startedAt;
  return elapsedMs > 0
    ? { ...outcome, entriesPerSecond: (1000 * found.entriesVerified) / elapsedMs }
    : outcome;
}

type BelievedCheckpoint = Extract<CheckpointVerdict, { readonly ok: true }> & { readonly note: Uint8Array };

async function readCheckpoint({
  fetch,
  keys,
  crypto,
}: VerifyLogOptions): Promise<BelievedCheckpoint | LogProblem> {
  const problem = (code: LogProblem['code'], message: string): LogProblem => ({
    code,
    file: checkpointFile,
    message,
  });
  let note: Uint8Array | null;
  try {
    note = await fetch(checkpointFile);
  } catch (error) {
    return problem('unreadable', `could not read \`${checkpointFile}\`: ${String(error)}`);
  }
  if (note === null) return problem('missing', `there is no \`${checkpointFile}\``);
  const opened = openCheckpoint(note, keys, crypto);
  if (opened.ok) return { ...opened, note };
  return { ...problem('checkpoint', opened.reasons.join('; ')), bytes: { start: 0, end: note.length } };
}

function rollback(
  now: CheckpointFields,
  previous: CheckpointFields,
  earlierRoot: Uint8Array | undefined,
): readonly LogProblem[] {
  const problem = (message: string): LogProblem => ({ code: 'rollback', file: checkpointFile, message });
  if (previous.origin !== now.origin) {
    return [problem(`the trusted checkpoint is of another log, \`${previous.origin}\``)];
  }
  if (previous.size > now.size) {
    return [problem(`the log had \`${previous.size}\` entries before and has \`${now.size}\` now`)];
  }
  // Without a root of that size the replay has stopped before it, and has reported why.
  if (earlierRoot === undefined || equalBytes(earlierRoot, previous.root)) return [];
  return [problem(`the first \`${previous.size}\` entries are not those of the trusted checkpoint`)];
}

function report(
  opened: BelievedCheckpoint | undefined,
  problems: readonly LogProblem[],
  entriesVerified: number,
): LogReport {
  return {
    ok: problems.length === 0,
    size: opened?.checkpoint.size ?? 0,
    root: opened?.checkpoint.root,
    note: opened?.note,
    signatures: opened?.signatures ?? [],
    problems,
    entriesVerified,
  };
}
