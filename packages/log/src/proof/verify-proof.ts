import type { LogCrypto } from '../crypto/index.ts';
import { decodeUtf8 } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { leafHash, verifyInclusion } from '../merkle/index.ts';
import { type Checkpoint, openCheckpoint, type TrustedKeys, type VerifiedSignature } from '../note/index.ts';
import { parseProof, type TlogProof } from './tlog-proof.ts';

/** What is to be proven and whom to believe. */
export interface VerifyProofOptions {
  /** A proof file. */
  readonly proofText: string | Uint8Array;
  /** The bytes of the entry, to the letter: never write an event again to get them. */
  readonly entry: Uint8Array;
  readonly trustedKeys: TrustedKeys;
  readonly crypto: LogCrypto;
}

/** Where in which tree the entry is and who signed that tree, or why this is not shown. */
export type ProofVerdict =
  | {
      readonly ok: true;
      readonly index: number;
      readonly checkpoint: Checkpoint;
      readonly signatures: readonly VerifiedSignature[];
    }
  | { readonly ok: false; readonly reasons: readonly string[] };

/**
 * Checks a proof file offline (tlog-proof, "Verification"): the checkpoint is signed as asked, and the path leads from
 * the entry to its root. Never throws for a bad proof; throws `malformed-key` for trusted keys that cannot be used.
 */
export function verifyProof({ proofText, entry, trustedKeys, crypto }: VerifyProofOptions): ProofVerdict {
  const proof = parse(proofText);
  if (proof instanceof LogError) return { ok: false, reasons: [proof.message] };
  const opened = openCheckpoint(proof.checkpoint, trustedKeys, crypto);
  if (!opened.ok) return opened;
  const { index, hashes } = proof;
  const { checkpoint, signatures } = opened;
  const { size, root } = checkpoint;
  const included = verifyInclusion(
    { index, size, root, leafHash: leafHash(entry, crypto), proof: hashes },
    crypto,
  );
  return included.ok
    ? { ok: true, index, checkpoint, signatures }
    : { ok: false, reasons: [`the entry is not shown to be in the log: ${included.reason}`] };
}

function parse(proofText: string | Uint8Array): TlogProof | LogError {
  const text = typeof proofText === 'string' ? proofText : decodeUtf8(proofText);
  if (text === undefined) return new LogError('malformed-proof', 'could not read the proof: it is not UTF-8');
  try {
    return parseProof(text);
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
}
