import type { LogCrypto } from '../crypto/index.ts';
import { concatBytes, decodeUtf8, encodeUtf8 } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import {
  formatSignatures,
  type NoteSignature,
  type NoteSigner,
  noteVerifier,
  openNote,
  parseNote,
} from '../note/index.ts';

/** The cosignatures in an answer that trusted keys have made, or why there are none to use. */
export type CosignatureVerdict =
  | { readonly ok: true; readonly signatures: readonly NoteSignature[] }
  | { readonly ok: false; readonly reason: string };

/** Cosigns the text of a checkpoint: the body of a witness's answer (tlog-witness, "add-checkpoint"). */
export function cosign(text: string, signers: readonly NoteSigner[]): readonly NoteSignature[] {
  const bytes = encodeUtf8(text);
  if (bytes === undefined) throw new LogError('malformed-note', 'could not cosign: the text is not UTF-8');
  return signers.map((signer) => ({ name: signer.name, keyId: signer.keyId, signature: signer.sign(bytes) }));
}

/** The body of an answer of a witness that has cosigned. */
export function formatCosignatures(signatures: readonly NoteSignature[]): string {
  return formatSignatures(signatures);
}

/**
 * Reads the answer of a witness: takes the cosignatures of the trusted keys, which must be good and state a time, and
 * ignores others (tlog-witness, "add-checkpoint"). Never throws for a bad answer; throws `malformed-key` for keys that
 * cannot be used.
 */
export function openCosignatures(
  text: string,
  answer: string | Uint8Array,
  witnessKeys: readonly string[],
  crypto: LogCrypto,
): CosignatureVerdict {
  const verifiers = witnessKeys.map((vkey) => noteVerifier(vkey, crypto));
  const lines = typeof answer === 'string' ? answer : decodeUtf8(answer);
  const prefix = encodeUtf8(`${text}\n`);
  const suffix = lines === undefined ? undefined : encodeUtf8(lines);
  if (prefix === undefined || suffix === undefined) return { ok: false, reason: 'the answer is not UTF-8' };
  const note = concatBytes(prefix, suffix);
  const opened = openNote(note, verifiers);
  if (!opened.ok) return { ok: false, reason: opened.reason };
  // An answer with an empty line in it would sign more than the text of the checkpoint.
  if (opened.text !== text) return { ok: false, reason: 'the answer does not consist of signature lines' };
  const timed = opened.verified.filter(({ timestamp }) => timestamp !== undefined && timestamp > 0);
  const signatures = timed.flatMap(({ name, keyId }) => {
    const found = parseNote(note).signatures.find((one) => one.name === name && one.keyId === keyId);
    return found === undefined ? [] : [found];
  });
  return signatures.length > 0
    ? { ok: true, signatures }
    : { ok: false, reason: 'the cosignatures do not state a time' };
}
