import { encodeUtf8 } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { type Note, type NoteSignature, parseNote } from './note.ts';
import type { NoteVerifier } from './note-verifier.ts';

/** Why a note is not believed. */
export type NoteRefusal = 'malformed-note' | 'bad-signature' | 'no-known-signature';

/** A signature that one of the verifiers has found good. */
export interface VerifiedSignature {
  readonly name: string;
  readonly keyId: number;
  /** POSIX seconds, for cosignatures. */
  readonly timestamp?: number;
}

/** The text of a note and who signed it, or why it is not believed. */
export type NoteVerdict =
  | {
      readonly ok: true;
      readonly text: string;
      readonly verified: readonly VerifiedSignature[];
      /** Signatures of keys that no verifier is for. */
      readonly unknown: readonly NoteSignature[];
    }
  | { readonly ok: false; readonly code: NoteRefusal; readonly reason: string };

/**
 * Opens a note (signed-note, "Verifying signed notes"): signatures of unknown keys are ignored, one bad signature of a
 * known key refuses the whole note, and so does having none of a known key. Never throws for a bad note.
 */
export function openNote(note: string | Uint8Array, verifiers: readonly NoteVerifier[]): NoteVerdict {
  const parsed = parse(note);
  if (parsed instanceof LogError) return refuse('malformed-note', parsed.message);
  const text = encodeUtf8(parsed.text) ?? new Uint8Array(0);
  const verified: VerifiedSignature[] = [];
  const unknown: NoteSignature[] = [];
  for (const signature of parsed.signatures) {
    const { name, keyId } = signature;
    const verifier = verifiers.find((candidate) => candidate.name === name && candidate.keyId === keyId);
    if (verifier === undefined) {
      unknown.push(signature);
      continue;
    }
    const verdict = verifier.verify(text, signature.signature);
    if (!verdict.ok) return refuse('bad-signature', `the signature of \`${name}\` is not good`);
    // A line that is there twice is one signature.
    if (verified.some((known) => known.name === name && known.keyId === keyId)) continue;
    verified.push(
      verdict.timestamp === undefined ? { name, keyId } : { name, keyId, timestamp: verdict.timestamp },
    );
  }
  if (verified.length === 0) return refuse('no-known-signature', 'no known key has signed the note');
  return { ok: true, text: parsed.text, verified, unknown };
}

function parse(note: string | Uint8Array): Note | LogError {
  try {
    return parseNote(note);
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
}

function refuse(code: NoteRefusal, reason: string): NoteVerdict {
  return { ok: false, code, reason };
}
