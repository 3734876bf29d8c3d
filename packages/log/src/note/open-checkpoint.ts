import type { LogCrypto } from '../crypto/index.ts';
import { LogError } from '../errors.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import type { NoteVerifier } from './note-verifier.ts';
import { openNote, type VerifiedSignature } from './open-note.ts';
import { type TrustedKeys, trustedVerifiers } from './trusted-keys.ts';
import { formatKeyId, keyTypes, parseVerifierKey } from './verifier-key.ts';
import { meetsRule } from './witness-rule.ts';

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
    ...logReasons(log, opened.verified, trusted),
    ...extensionReasons(checkpoint, log, opened.verified),
    ...quorumReasons(witnesses, opened.verified, witnessQuorum),
    ...ruleReasons(opened.verified, trusted),
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
  { logKeysNeeded }: TrustedKeys,
): readonly string[] {
  const missing = verifiers.filter((verifier) => !hasSigned(verifier, verified));
  if (logKeysNeeded === 'one' && missing.length < verifiers.length) return [];
  return missing.map(
    ({ name, keyId }) => `the log's key \`${name}\` with the id \`${formatKeyId(keyId)}\` has not signed`,
  );
}

/** ML-DSA-44 does not sign extension lines: without another key of the log anybody may have added them. */
function extensionReasons(
  { extensions }: Checkpoint,
  log: readonly NoteVerifier[],
  verified: readonly VerifiedSignature[],
): readonly string[] {
  const covering = log.filter(({ type }) => type !== keyTypes.mlDsa44Cosignature);
  return extensions.length === 0 || covering.some((verifier) => hasSigned(verifier, verified))
    ? []
    : ['the checkpoint has extension lines, which no trusted key of the log signs'];
}

function quorumReasons(
  verifiers: readonly NoteVerifier[],
  verified: readonly VerifiedSignature[],
  quorum: number,
): readonly string[] {
  const cosigned = verifiers.filter((verifier) => hasSigned(verifier, verified));
  const count = new Set(cosigned.map(({ name }) => name)).size;
  return count >= quorum ? [] : [`\`${count}\` trusted witnesses have cosigned instead of \`${quorum}\``];
}

function ruleReasons(
  verified: readonly VerifiedSignature[],
  { witnessRule }: TrustedKeys,
): readonly string[] {
  if (
    witnessRule === undefined ||
    meetsRule(witnessRule, (vkey) => hasSigned(parseVerifierKey(vkey), verified))
  ) {
    return [];
  }
  return ['the trusted witnesses that have cosigned are not the quorum that the policy asks for'];
}

function hasSigned(
  key: Pick<NoteVerifier, 'name' | 'keyId'>,
  verified: readonly VerifiedSignature[],
): boolean {
  return verified.some((signature) => signature.name === key.name && signature.keyId === key.keyId);
}
