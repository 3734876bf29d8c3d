import type { AnswerVerdict } from '../completeness/index.ts';
import type { LogCrypto } from '../crypto/index.ts';
import { decodeBase64, decodeUtf8, encodeBase64 } from '../encoding/index.ts';
import { hashBytes, verifyConsistency } from '../merkle/index.ts';
import { type Checkpoint, openCheckpoint, type TrustedKeys, type VerifiedSignature } from '../note/index.ts';
import { type EvidenceParts, partNames } from './manifest.ts';

/** The checkpoint that shows the cosignatures which are asked for. */
export interface WitnessedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly signatures: readonly VerifiedSignature[];
}

type WitnessedVerdict =
  | ({ readonly ok: true } & WitnessedCheckpoint)
  | { readonly ok: false; readonly part: string; readonly reasons: readonly string[] };

/** Hashes, a line each. */
export function formatHashes(hashes: readonly Uint8Array[]): string {
  return hashes.map((hash) => `${encodeBase64(hash)}\n`).join('');
}

/** The keys of the log without what is asked of witnesses. */
export function logKeysOnly({ origin, logKeys, logKeysNeeded }: TrustedKeys): TrustedKeys {
  return { origin, logKeys, ...(logKeysNeeded === undefined ? {} : { logKeysNeeded }) };
}

/**
 * Witnesses cosign a while after the log has signed, and usually a larger log: a checkpoint of theirs must go on from the
 * one of the answer. Without one, the checkpoint of the answer itself must have the cosignatures that are asked for.
 */
export function checkWitnessed(
  parts: EvidenceParts,
  answer: Extract<AnswerVerdict, { ok: true }>,
  trustedKeys: TrustedKeys,
  crypto: LogCrypto,
): WitnessedVerdict {
  const note = parts.get(partNames.witnessed);
  const opened = openCheckpoint(note ?? answer.answer.checkpoint, trustedKeys, crypto);
  const part = note === undefined ? partNames.checkpoint : partNames.witnessed;
  if (!opened.ok) return { ok: false, part, reasons: opened.reasons };
  if (note === undefined) return opened;
  const proof = parseHashes(parts.get(partNames.consistency));
  if (proof === undefined) {
    return { ok: false, part: partNames.consistency, reasons: ['it does not hold hashes, a line each'] };
  }
  const { size, root } = answer.checkpoint;
  const { checkpoint } = opened;
  const claim = { oldSize: size, oldRoot: root, newSize: checkpoint.size, newRoot: checkpoint.root, proof };
  const verdict = verifyConsistency(claim, crypto);
  return verdict.ok ? opened : { ok: false, part: partNames.consistency, reasons: [verdict.reason] };
}

function parseHashes(bytes: Uint8Array | undefined): readonly Uint8Array[] | undefined {
  const text = bytes === undefined ? undefined : decodeUtf8(bytes);
  if (text === undefined) return undefined;
  const hashes = text.split('\n').slice(0, -1).map(decodeBase64);
  const whole = hashes.filter((hash) => hash?.length === hashBytes).filter((hash) => hash !== undefined);
  return formatHashes(whole) === text ? whole : undefined;
}
