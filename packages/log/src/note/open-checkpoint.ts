import type { LogCrypto } from '../crypto/index.ts';
import { LogError } from '../errors.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import type { NoteVerifier } from './note-verifier.ts';
import { openNote, type VerifiedSignature } from './open-note.ts';
import { type TrustedKeys, trustedVerifiers } from './trusted-keys.ts';
import { formatKeyId, keyTypes } from './verifier-key.ts';

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
  const { log, witnesses, witnessQuorum } = trustedVerifiers(trusted, crypto);
  const opened = openNote(note, [...log, ...witnesses]);
  if (!opened.ok) return { ok: false, reasons: [opened.reason] };
  const checkpoint = parse(opened.text);
  if (checkpoint instanceof LogError) return { ok: false, reasons: [checkpoint.message] };
  const reasons = [
    ...originReasons(checkpoint, trusted),
    ...logReasons(log, opened.verified),
    ...extensionReasons(checkpoint, log),
    ...quorumReasons(witnesses, opened.verified, witnessQuorum),
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
      ({ name, keyId }) => `the log's key \`${name}\` with the id \`${formatKeyId(keyId)}\` has not signed`,
    );
}

/** ML-DSA-44 does not sign extension lines: without another key of the log anybody may have added them. */
function extensionReasons({ extensions }: Checkpoint, log: readonly NoteVerifier[]): readonly string[] {
  return extensions.length === 0 || log.some(({ type }) => type !== keyTypes.mlDsa44Cosignature)
    ? []
    : ['the checkpoint has extension lines, which no trusted key of the log signs'];
}

function quorumReasons(
  verifiers: readonly NoteVerifier[],
  verified: readonly VerifiedSignature[],
  quorum: number,
): readonly string[] {
  const cosigned = verifiers.filter((verifier) => verified.some((signature) => isOf(signature, verifier)));
  const count = new Set(cosigned.map(({ name }) => name)).size;
  return count >= quorum ? [] : [`\`${count}\` trusted witnesses have cosigned instead of \`${quorum}\``];
}

function isOf(signature: VerifiedSignature, verifier: NoteVerifier): boolean {
  return signature.name === verifier.name && signature.keyId === verifier.keyId;
}
