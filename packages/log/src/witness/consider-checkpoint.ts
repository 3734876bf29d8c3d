import type { LogCrypto } from '../crypto/index.ts';
import { equalBytes } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { emptyRoot, verifyConsistency } from '../merkle/index.ts';
import {
  type CheckpointFields,
  formatNote,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  type TrustedKeys,
  type VerifiedSignature,
} from '../note/index.ts';
import { type AddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts';

/** The newest checkpoint of a log that a witness has cosigned. */
export interface WitnessedCheckpoint extends CheckpointFields {
  /** When the log says to have signed it, in POSIX seconds; 0 when none of its signatures tells. */
  readonly signedSeconds: number;
  /** The signed checkpoint with the signatures of the log that were checked. */
  readonly note: string;
}

/** A log that a witness knows. */
export interface KnownLog {
  /** Whose signatures it asks for: all keys of the log. */
  readonly keys: TrustedKeys;
  /** `undefined` before it has cosigned anything. */
  readonly latest: WitnessedCheckpoint | undefined;
}

/**
 * How two checkpoints of one log contradict each other.
 *
 * `fork`: two roots for one size. `rollback`: a smaller tree that the log says to have signed later. Each of these
 * convicts the log by its own signatures. `inconsistent`: the proof that came with the checkpoint does not lead from the
 * one to the other. That alone convicts nobody, because whoever has a checkpoint can send it with a bad proof; but a
 * log that cannot give a good proof between the two has forked.
 */
export type ConflictKind = 'fork' | 'rollback' | 'inconsistent';

/** Two checkpoints that a log has signed and that do not go together. */
export interface CheckpointConflict {
  readonly kind: ConflictKind;
  readonly reason: string;
  /** The checkpoint that the witness had cosigned before. */
  readonly kept: string;
  /** The one that it was shown, with the signatures of the log that were checked. */
  readonly shown: string;
}

/** What a witness does with a request: cosign, and only after the new state is durable; or refuse. */
export type WitnessDecision =
  | { readonly kind: 'cosign'; readonly latest: WitnessedCheckpoint }
  | {
      readonly kind: 'refuse';
      /** Of HTTP, as tlog-witness asks for. */
      readonly status: 400 | 403 | 404 | 409 | 422;
      readonly reason: string;
      /** With 409: the size that the client should prove from. */
      readonly latestSize?: number;
      readonly conflict?: CheckpointConflict;
    };

/**
 * Decides on a request to cosign (tlog-witness, "add-checkpoint"). Pure: the caller must hand in the newest state of all
 * logs, and must not decide on another request for the same log before it has stored what this decision says.
 */
export function considerCheckpoint(
  body: string | Uint8Array,
  logs: ReadonlyMap<string, KnownLog>,
  crypto: LogCrypto,
): WitnessDecision {
  const request = parse(body);
  if (request instanceof LogError) return refuse(400, request.message);
  const log = logs.get(request.origin);
  if (log === undefined) return refuse(404, `the log \`${request.origin}\` is not known here`);
  const opened = openCheckpoint(request.checkpoint, log.keys, crypto);
  if (!opened.ok) return refuse(403, opened.reasons.join('; '));
  const shown: WitnessedCheckpoint = {
    origin: opened.checkpoint.origin,
    size: opened.checkpoint.size,
    root: opened.checkpoint.root,
    signedSeconds: Math.max(0, ...opened.signatures.map(({ timestamp }) => timestamp ?? 0)),
    note: onlyVerified(request.checkpoint, opened.signatures),
  };
  return compare(request, shown, log.latest, crypto);
}

function compare(
  { oldSize, proof }: AddCheckpoint,
  shown: WitnessedCheckpoint,
  latest: WitnessedCheckpoint | undefined,
  crypto: LogCrypto,
): WitnessDecision {
  if (oldSize > shown.size) {
    return refuse(400, `the old size \`${oldSize}\` is above that of the checkpoint, \`${shown.size}\``);
  }
  const latestSize = latest?.size ?? 0;
  const conflict = latest === undefined ? undefined : conflictOf(latest, shown);
  if (oldSize !== latestSize) {
    const reason = `the old size is \`${latestSize}\` here, not \`${oldSize}\``;
    return { ...refuse(409, reason), latestSize, ...(conflict === undefined ? {} : { conflict }) };
  }
  if (conflict !== undefined) return { ...refuse(422, conflict.reason), conflict };
  const verdict = verifyConsistency(
    { oldSize, oldRoot: latest?.root ?? emptyRoot(crypto), newSize: shown.size, newRoot: shown.root, proof },
    crypto,
  );
  if (verdict.ok) return emptyIsEmpty(shown, crypto) ?? { kind: 'cosign', latest: shown };
  const reason = `the checkpoint is not shown to extend that of \`${latestSize}\` entries: ${verdict.reason}`;
  if (latest === undefined || shown.size === latestSize) return refuse(422, reason);
  return {
    ...refuse(422, reason),
    conflict: { kind: 'inconsistent', reason, kept: latest.note, shown: shown.note },
  };
}

/** RFC 6962 section 2.1 leaves an empty tree one root. */
function emptyIsEmpty({ size, root }: CheckpointFields, crypto: LogCrypto): WitnessDecision | undefined {
  return size > 0 || equalBytes(root, emptyRoot(crypto))
    ? undefined
    : refuse(422, 'a checkpoint of no entries does not have the root of the empty tree');
}

/** Whether two checkpoints that a log has signed contradict each other by themselves. */
function conflictOf(kept: WitnessedCheckpoint, shown: WitnessedCheckpoint): CheckpointConflict | undefined {
  const conflict = (kind: ConflictKind, reason: string): CheckpointConflict => ({
    kind,
    reason,
    kept: kept.note,
    shown: shown.note,
  });
  if (kept.size === shown.size && !equalBytes(kept.root, shown.root)) {
    return conflict('fork', `the log has signed two trees of \`${kept.size}\` entries with different roots`);
  }
  if (shown.size < kept.size && kept.signedSeconds > 0 && shown.signedSeconds > kept.signedSeconds) {
    return conflict(
      'rollback',
      `the log has signed a tree of \`${shown.size}\` entries after one of \`${kept.size}\``,
    );
  }
  return undefined;
}

function parse(body: string | Uint8Array): (AddCheckpoint & { readonly origin: string }) | LogError {
  try {
    const request = parseAddCheckpoint(body);
    const { origin } = parseCheckpoint(parseNote(request.checkpoint).text);
    return { ...request, origin };
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
}

/** The note without the signatures that nobody here has checked, and without repetitions. */
function onlyVerified(note: string, verified: readonly VerifiedSignature[]): string {
  const { text, signatures } = parseNote(note);
  const kept = verified.flatMap(({ name, keyId }) => {
    const found = signatures.find((signature) => signature.name === name && signature.keyId === keyId);
    return found === undefined ? [] : [found];
  });
  return formatNote(text, kept);
}

type Refusal = Extract<WitnessDecision, { readonly kind: 'refuse' }>;

function refuse(status: Refusal['status'], reason: string): Refusal {
  return { kind: 'refuse', status, reason };
}
