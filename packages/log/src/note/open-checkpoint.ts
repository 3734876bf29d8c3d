import type { LogCrypto } from '../crypto/index.ts';
import { LogError } from '../errors.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { type NoteVerifier, noteVerifier } from './note-verifier.ts';
import { openNote, type VerifiedSignature } from './open-note.ts';

/** Whom a verifier believes. It must come from the verifier's own hands, never from the log that it checks. */
export interface TrustedKeys {
  /** The name that the checkpoint must have in its first line. */
  readonly origin: string;
  /** Verifier keys of the log, at least one. Each of them must have signed: pinning two asks for both. */
  readonly logKeys: readonly string[];
  /** Verifier keys of witnesses. */
  readonly witnessKeys?: readonly string[];
  /** How many witnesses, counted by name, must have cosigned; 0 when not given. */
  readonly witnessQuorum?: number;
}

/** What a checkpoint says and who signed it, or why it is not believed. */
export type CheckpointVerdict =
  | {
      readonly ok: true;
      readonly checkpoint: Checkpoint;
      readonly signatures: readonly VerifiedSignature[];
    }
  | { readonly ok: false; readonly reasons: readonly string[] };

/**
 * Opens a signed checkpoint (tlog-checkpoint) and asks for the origin, all keys of the log and the quorum of witnesses.
 * Never throws for a bad checkpoint; throws `malformed-key` for trusted keys that cannot be used.
 */
export function openCheckpoint(
  note: string | Uint8Array,
  trusted: TrustedKeys,
  crypto: LogCrypto,
): CheckpointVerdict {
  const logVerifiers = trusted.logKeys.map((vkey) => noteVerifier(vkey, crypto));
  const witnessVerifiers = (trusted.witnessKeys ?? []).map((vkey) => noteVerifier(vkey, crypto));
  const quorum = trusted.witnessQuorum ?? 0;
  if (logVerifiers.length === 0) throw new LogError('malformed-key', 'no key of the log is trusted');
  if (!Number.isInteger(quorum) || quorum < 0 || quorum > names(witnessVerifiers).size) {
    throw new LogError('malformed-key', `a quorum of \`${quorum}\` cannot be had from the trusted witnesses`);
  }
  const opened = openNote(note, [...logVerifiers, ...witnessVerifiers]);
  if (!opened.ok) return { ok: false, reasons: [opened.reason] };
  const checkpoint = parse(opened.text);
  if (checkpoint instanceof LogError) return { ok: false, reasons: [checkpoint.message] };
  const reasons = [
    ...originReasons(checkpoint, trusted),
    ...logReasons(logVerifiers, opened.verified),
    ...quorumReasons(witnessVerifiers, opened.verified, quorum),
  ];
  return reasons.length === 0
    ? { ok: true, checkpoint, signatures: opened.verified }
    : { ok: false, reasons };
}

function parse(text: string): Checkpoint | LogError {
  try {
    return parseCheckpoint(text);
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
}

function originReasons({ origin }: Checkpoint, trusted: TrustedKeys): readonly string[] {
  return origin === trusted.origin
    ? []
    : [`the checkpoint is of the log \`${origin}\`, not of \`${trusted.origin}\``];
}

function logReasons(
  verifiers: readonly NoteVerifier[],
  verified: readonly VerifiedSignature[],
): readonly string[] {
  return verifiers
    .filter((verifier) => !verified.some((signature) => isOf(signature, verifier)))
    .map(
      ({ name, keyId }) => `the log's key \`${name}\` with the id \`${keyId.toString(16)}\` has not signed`,
    );
}

function quorumReasons(
  verifiers: readonly NoteVerifier[],
  verified: readonly VerifiedSignature[],
  quorum: number,
): readonly string[] {
  const cosigned = verifiers.filter((verifier) => verified.some((signature) => isOf(signature, verifier)));
  const count = names(cosigned).size;
  return count >= quorum ? [] : [`\`${count}\` trusted witnesses have cosigned instead of \`${quorum}\``];
}

function isOf(signature: VerifiedSignature, verifier: NoteVerifier): boolean {
  return signature.name === verifier.name && signature.keyId === verifier.keyId;
}

function names(verifiers: readonly NoteVerifier[]): ReadonlySet<string> {
  return new Set(verifiers.map(({ name }) => name));
}
